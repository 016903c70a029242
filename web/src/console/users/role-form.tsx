import { useAuth } from 'gatehouse-client/react'
import { client } from '../../client.ts'
import { SendingForm } from '../../forms/sending-form.tsx'
import { useSending } from '../../forms/use-sending.ts'
import { Select } from '../../ui/select.tsx'
import { type Role, roleOf, rolesToGive } from '../roles.ts'
import { sayConsole } from '../words.ts'
import type { ShownUser } from './shown-user.ts'
import { sayUsers } from './words.ts'

interface RoleFormProps {
  user: ShownUser
  onChanged: () => Promise<void>
}

export function RoleForm({ user, onChanged }: RoleFormProps) {
  const sending = useSending()
  const { user: self } = useAuth()
  return (
    <div className="line-form">
      <SendingForm
        sending={sending}
        submit={sayUsers('changeRole')}
        onSubmit={async ({ roles }) => {
          await client.admin.changeUser(user.id, { roles: [roles as Role] })
          await onChanged()
        }}
      >
        <Select
          name="roles"
          label={sayConsole('role')}
          options={rolesToGive(self?.roles)}
          error={sending.errors.roles}
          isRequired
          defaultValue={roleOf(user.roles)}
        />
      </SendingForm>
    </div>
  )
}
