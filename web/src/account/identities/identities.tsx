import type { Identity, Provider } from 'gatehouse-client'
import { useState } from 'react'
import { client } from '../../client.ts'
import { useSending } from '../../forms/use-sending.ts'
import { callbackAddress } from '../../return-to.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Loader } from '../../ui/loader.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { when } from '../../ui/when.ts'
import { providerNames } from '../provider-names.ts'
import { sayAccount } from '../words.ts'
import { sayIdentities } from './words.ts'

/** What is linked, and what the tenant offers to sign in with. */
async function load(signal: AbortSignal) {
  const [{ identities }, { actions }] = await Promise.all([
    client.social.identities(undefined, { signal }),
    client.forms.get({ name: 'login' }, { signal }),
  ])
  const offered = actions.flatMap(({ provider }) => (provider ? [provider as Provider] : []))
  return { identities, offered }
}

async function link(provider: Provider): Promise<void> {
  const redirectTo = callbackAddress()
  location.assign(await client.oauth.start({ provider, redirectTo, link: true }))
}

const nameOf = (provider: string) => providerNames[provider] ?? provider

export function Identities() {
  const loaded = useLoaded(load)
  const sending = useSending()
  const [unlinking, setUnlinking] = useState<Identity | null>(null)
  return (
    <>
      <Heading title={sayAccount('identities')} />
      <div className="panel">
        <p>{sayIdentities('text')}</p>
        <Loader of={loaded}>
          {({ identities, offered }) => (
            <>
              {identities.length === 0 && <p>{sayIdentities('none')}</p>}
              <ul className="rows">
                {identities.map((identity) => (
                  <Row
                    key={identity.id}
                    identity={identity}
                    onUnlink={() => setUnlinking(identity)}
                  />
                ))}
              </ul>
              {offered.length === 0 && <p>{sayIdentities('noProviders')}</p>}
              <Notice refusal={sending.refusal} />
              <div className="acts">
                {offered.map((provider) => (
                  <Button key={provider} onPress={() => void sending.run(() => link(provider))}>
                    {sayIdentities('link', nameOf(provider))}
                  </Button>
                ))}
              </div>
            </>
          )}
        </Loader>
      </div>
      {unlinking && (
        <Confirm
          title={sayIdentities('unlinkThis')}
          act={sayIdentities('unlink')}
          onClose={() => setUnlinking(null)}
          onAct={async () => {
            await client.social.unlink(unlinking.id)
            await loaded.reload()
          }}
        >
          <p>
            <strong>{nameOf(unlinking.provider)}</strong> {unlinking.email}
          </p>
          <p>{sayIdentities('unlinkText')}</p>
        </Confirm>
      )}
    </>
  )
}

function Row({ identity, onUnlink }: { identity: Identity; onUnlink: () => void }) {
  const { provider, email, created_at, last_used_at } = identity
  return (
    <li>
      <span>
        {nameOf(provider)}
        {email && <small>{email}</small>}
        <small>
          {sayIdentities('linked', when(created_at))}
          {last_used_at && ` · ${sayIdentities('lastUsed', when(last_used_at))}`}
        </small>
      </span>
      <span className="row-acts">
        <Button kind="quiet" onPress={onUnlink}>
          {sayIdentities('unlink')}
        </Button>
      </span>
    </li>
  )
}
