import { type Client, type ClientOptions, createClient } from '../client.ts'
import { browserStorage } from './storage.ts'

export type BrowserOptions = Omit<Partial<ClientOptions>, 'transport' | 'sendInstallId' | 'digests'>

/**
 * The client of a page: the refresh token in a cookie that no script reads, the access token in memory, tabs that take
 * turns. The page's own origin unless `baseUrl` names another, which then must be in `ALLOWED_ORIGINS` of the service and
 * of the same site, or browsers keep its cookies away.
 */
export function createBrowserClient(options: BrowserOptions = {}): Client {
  return createClient({
    baseUrl: '',
    storage: browserStorage(),
    ...options,
    transport: 'cookie',
  })
}
