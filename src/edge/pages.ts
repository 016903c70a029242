import type { Pages } from '../ports.ts'

/** The path only: the binding asks no host. */
const address = 'https://assets.invalid/404'

/** Pages as static assets of the same deployment, written by `dev/assets.ts`. */
export function pagesPort(assets: Fetcher): Pages {
  return {
    async notFound() {
      const page = await assets.fetch(address).catch(() => null)
      return page?.ok ? page : null
    },
  }
}
