import type { Digests } from '../pkce.ts'
import type { Awaitable } from '../storage.ts'

/** The keychain or keystore: `expo-secure-store` and `react-native-keychain` fit with a line for each member. */
export interface SecureStore {
  get(key: string): Awaitable<string | null>
  set(key: string, value: string): Awaitable<void>
  delete(key: string): Awaitable<void>
}

/** Asks for finger or face; `false` where the person or the device refuses. */
export type BiometricCheck = () => Promise<boolean>

/** What an app brings along of its platform. */
export interface Platform {
  secureStore: SecureStore
  digests: Digests
  /** For the gate of versions, and for the list of sessions. */
  app: { platform: 'ios' | 'android'; version: string }
  /**
   * Opens the system's sign-in browser and answers the address that it came back to, or null where it was closed. Never a
   * web view of the app, which providers refuse and which could read what is typed (RFC 8252 §8.12).
   */
  openSignInBrowser?(url: string, redirectTo: string): Promise<string | null>
  /** Before stored tokens are used for the first time after a start, or after `lock`. */
  checkBiometrics?: BiometricCheck
}
