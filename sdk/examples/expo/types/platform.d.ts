/**
 * As much of Expo and React Native as the example uses, for a check without their hundreds of packages.
 */
declare module 'expo' {
  export function registerRootComponent(component: React.ComponentType): void
}

declare module 'expo-crypto' {
  export enum CryptoDigestAlgorithm {
    SHA256 = 'SHA-256',
  }
  export function getRandomBytes(byteCount: number): Uint8Array
  export function digest(algorithm: CryptoDigestAlgorithm, data: BufferSource): Promise<ArrayBuffer>
}

declare module 'expo-linking' {
  export function useLinkingURL(): string | null
  export function openURL(url: string): Promise<true>
}

declare module 'expo-local-authentication' {
  export function isEnrolledAsync(): Promise<boolean>
  export function authenticateAsync(options: {
    promptMessage: string
  }): Promise<{ success: boolean }>
}

declare module 'expo-secure-store' {
  interface Options {
    keychainAccessible?: number
  }
  export const WHEN_UNLOCKED_THIS_DEVICE_ONLY: number
  export function getItemAsync(key: string, options?: Options): Promise<string | null>
  export function setItemAsync(key: string, value: string, options?: Options): Promise<void>
  export function deleteItemAsync(key: string, options?: Options): Promise<void>
}

declare module 'expo-web-browser' {
  export function openAuthSessionAsync(
    url: string,
    redirectUrl?: string | null,
  ): Promise<
    { type: 'success'; url: string } | { type: 'cancel' | 'dismiss' | 'opened' | 'locked' }
  >
}

declare module 'react-native' {
  export const Platform: { OS: string }
  export const AppState: {
    addEventListener(
      type: 'change',
      listener: (state: 'active' | 'background' | 'inactive' | 'extension' | 'unknown') => void,
    ): { remove(): void }
  }
  export function View(props: { children?: React.ReactNode }): React.ReactNode
  export function Text(props: { children?: React.ReactNode }): React.ReactNode
  export function Button(props: { title: string; onPress: () => void }): React.ReactNode
  export function TextInput(props: {
    value: string
    onChangeText: (text: string) => void
    autoComplete?: 'email' | 'current-password' | 'one-time-code'
    secureTextEntry?: boolean
  }): React.ReactNode
}
