import type { AppBuild, RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import type { Platform, Release, Releases, Tenant } from '../tenants/tenant.ts'
import { version as newestPages, oldestPages } from '../version.ts'
import { isBefore, isMeant, parseVersion } from './compare.ts'

/** The service's own pages. They come with it: a tenant's releases are for apps and sites of its own. */
const pages = 'pages'
const pagesRelease: Release = {
  latest: newestPages,
  minSupported: oldestPages,
  storeUrl: null,
  notes: null,
  blocked: [],
}

export type Standing = 'refused' | 'outdated' | 'current'

/**
 * How a build stands among the releases of its platform. Where there are some, a version that cannot be read is refused:
 * an app that garbles its own would never be stopped, and junk would be the way around the gate.
 */
export function standingOf(releases: Releases, build: AppBuild | null): Standing {
  const release = build && releaseOf(releases, build)
  if (!release) return 'current'
  const version = parseVersion(build.version)
  if (version === null || isBefore(version, release.minSupported)) return 'refused'
  if (release.blocked.some((entry) => isMeant(entry, version))) return 'refused'
  return isBefore(version, release.latest) ? 'outdated' : 'current'
}

/** Throws `APP_UPDATE_REQUIRED` for an app that is too old or was blocked. */
export function requireServedBuild(
  { releases }: Pick<Tenant, 'releases'>,
  { build }: Pick<RequestContext, 'build'>,
): void {
  if (standingOf(releases, build) !== 'refused') return
  const release = build && releaseOf(releases, build)
  // RFC 9110 §15.5.22 means protocols and wants `Upgrade`; the contract with apps means the app.
  throw new AuthError('APP_UPDATE_REQUIRED', {
    extensions: {
      min_supported: release?.minSupported ?? null,
      latest: release?.latest ?? null,
      store_url: release?.storeUrl ?? null,
    },
  })
}

function releaseOf(releases: Releases, { platform }: AppBuild): Release | null {
  if (platform === pages) return pagesRelease
  return Object.hasOwn(releases, platform) ? (releases[platform as Platform] ?? null) : null
}
