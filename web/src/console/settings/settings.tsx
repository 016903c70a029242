import { useAuth } from 'gatehouse-client/react'
import { useCallback } from 'react'
import { client } from '../../client.ts'
import { Link } from '../../router.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Loader } from '../../ui/loader.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { usePlace } from '../place.ts'
import { sayConsole } from '../words.ts'
import { GroupForm } from './group-form.tsx'
import { groups } from './groups.ts'
import { saySettings } from './words.ts'
import './settings.css'

/** How the tenant is set up, a group of settings at a time. */
export function Settings() {
  const { item } = usePlace()
  const { user } = useAuth()
  const slug = user?.tenant ?? ''
  const load = useCallback(
    (signal: AbortSignal) => client.tenants.get(slug, undefined, { signal }),
    [slug],
  )
  const loaded = useLoaded(load)
  const group = item ? groups.find(({ name }) => name === item) : groups[0]
  return (
    <>
      <Heading title={sayConsole('settings')} />
      <nav className="groups" aria-label={sayConsole('settings')}>
        {groups.map(({ name }) => (
          <Link key={name} to={`/console/settings/${name}`} isCurrent={name === group?.name}>
            {saySettings(name)}
          </Link>
        ))}
      </nav>
      {group ? (
        <Loader of={loaded}>
          {(tenant) => <GroupForm key={group.name} group={group} tenant={tenant} loaded={loaded} />}
        </Loader>
      ) : (
        <p>{sayConsole('nowhere')}</p>
      )}
    </>
  )
}
