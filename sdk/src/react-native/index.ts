export { createMobileClient, type MobileClient, type MobileOptions } from './client.ts'
export type { BiometricCheck, Platform, SecureStore } from './platform.ts'
