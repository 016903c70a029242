import { type Client, type ClientOptions, createClient } from '../client.ts'
import { GatehouseError } from '../error.ts'
import { type Link, readLink } from '../links.ts'
import type { OAuthResult, OAuthStart } from '../oauth.ts'
import { gatedStorage } from './gated-storage.ts'
import type { Platform } from './platform.ts'

export interface MobileOptions
  extends Omit<ClientOptions, 'transport' | 'storage' | 'digests' | 'sendInstallId' | 'app'>,
    Platform {
  /** Where providers send back to: an address that the operating system gives to this app. */
  redirects?: readonly string[]
}

export interface MobileClient extends Client {
  /**
   * What a link that opened the app asks for, or null where it is not one of the service. A link of a mail is answered
   * here: the app shows what is about to happen and then redeems it, as with `magicLink.verify({ token })`.
   */
  readLink(url: string): Link | null
  /** The whole way through a provider. Null where the person closed the browser. */
  signInWith(start: OAuthStart): Promise<OAuthResult | null>
  /** For when the app goes to the background: the next use of the tokens asks for finger or face again. */
  lock(): void
}

/** The client of a mobile app: tokens in the keychain, an id of the installation, links that open the app. */
export function createMobileClient(options: MobileOptions): MobileClient {
  const { secureStore, checkBiometrics, openSignInBrowser, redirects = [], ...rest } = options
  const storage = gatedStorage(secureStore, checkBiometrics)
  const client = createClient({ ...rest, storage, transport: 'body', sendInstallId: true })
  const dropTokens = client.lock
  client.on('signedIn', () => storage.unlock())
  return Object.assign(client, {
    readLink: (url: string) => readLink(url, { origin: options.baseUrl, redirects }),
    async signInWith(start: OAuthStart) {
      if (!openSignInBrowser) throw new GatehouseError('NO_SIGN_IN_PENDING')
      const returned = await openSignInBrowser(await client.oauth.start(start), start.redirectTo)
      return returned === null ? null : client.oauth.finish(returned)
    },
    lock: () => {
      storage.lock()
      dropTokens()
    },
  })
}
