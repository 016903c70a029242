import type { Member } from 'gatehouse-client'
import { useAuth } from 'gatehouse-client/react'
import { client } from '../../client.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { useSending } from '../../forms/use-sending.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Select } from '../../ui/select.tsx'
import { say } from '../../words/words.ts'
import { fieldSentences } from '../field-sentences.ts'
import { nameOf } from '../person-name.ts'
import { type Role, rolesToGive } from '../roles.ts'
import { sayConsole } from '../words.ts'
import { sayMembers } from './words.ts'

interface ChangeRoleProps {
  slug: string
  member: Member
  onChanged: (said: string) => Promise<void>
  onClose: () => void
}

export function ChangeRole({ slug, member, onChanged, onClose }: ChangeRoleProps) {
  const sending = useSending(fieldSentences)
  const { user } = useAuth()
  return (
    <Dialog title={sayMembers('changeTitle', nameOf(member))} onClose={onClose}>
      <p>{sayMembers('roleText')}</p>
      <SendingForm
        sending={sending}
        submit={sayConsole('save')}
        onSubmit={async ({ role }) => {
          await client.tenants.changeMember(slug, member.user_id, { role: role as Role })
          onClose()
          await onChanged(sayConsole('saved'))
        }}
      >
        <Select
          name="role"
          label={sayConsole('role')}
          options={rolesToGive(user?.roles)}
          error={sending.errors.role}
          isRequired
          defaultValue={member.role}
        />
      </SendingForm>
      <Button kind="quiet" onPress={onClose}>
        {say('cancel')}
      </Button>
    </Dialog>
  )
}
