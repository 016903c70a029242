import { client } from '../../client.ts'
import { Heading } from '../../ui/heading.tsx'
import { Loader } from '../../ui/loader.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { sayConsole } from '../words.ts'
import { ReleaseForm } from './release-form.tsx'
import { sayVersions } from './words.ts'

const load = (signal: AbortSignal) => client.appVersions.list(undefined, { signal })
const platforms = ['android', 'ios', 'web'] as const

/** Which versions of the tenant’s apps are served. */
export function Versions() {
  const loaded = useLoaded(load)
  return (
    <>
      <Heading title={sayConsole('versions')} />
      <p>{sayVersions('text')}</p>
      <Loader of={loaded}>
        {({ app_versions }) =>
          platforms.map((platform) => (
            <ReleaseForm
              key={platform}
              platform={platform}
              release={app_versions.find((each) => each.platform === platform)}
              onPublished={loaded.reload}
            />
          ))
        }
      </Loader>
    </>
  )
}
