import * as Crypto from 'expo-crypto'
import * as LocalAuthentication from 'expo-local-authentication'
import * as SecureStore from 'expo-secure-store'
import * as WebBrowser from 'expo-web-browser'
import { createMobileClient } from 'gatehouse-client/react-native'
import { Platform } from 'react-native'
import { expo } from './app.json'

/** In the list of redirects of the tenant, and an address that the operating system gives to this app alone. */
export const redirectTo = 'https://auth.example.com/app/callback'

/** On this device only: a backup of the phone does not carry the tokens to another. */
const keychain = { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY }

export const gatehouse = createMobileClient({
  baseUrl: 'https://auth.example.com',
  app: { platform: Platform.OS === 'ios' ? 'ios' : 'android', version: expo.version },
  redirects: [redirectTo],
  secureStore: {
    get: (key) => SecureStore.getItemAsync(key, keychain),
    set: (key, value) => SecureStore.setItemAsync(key, value, keychain),
    delete: (key) => SecureStore.deleteItemAsync(key, keychain),
  },
  digests: {
    randomBytes: (count) => Crypto.getRandomBytes(count),
    sha256: async (text) => {
      const bytes = new TextEncoder().encode(text)
      return new Uint8Array(await Crypto.digest(Crypto.CryptoDigestAlgorithm.SHA256, bytes))
    },
  },
  openSignInBrowser: async (url, returnTo) => {
    const answer = await WebBrowser.openAuthSessionAsync(url, returnTo)
    return answer.type === 'success' ? answer.url : null
  },
  checkBiometrics: async () => {
    // Who has set up neither finger nor face is not locked out of the app.
    if (!(await LocalAuthentication.isEnrolledAsync())) return true
    const { success } = await LocalAuthentication.authenticateAsync({ promptMessage: 'Unlock' })
    return success
  },
})
