export { type BrowserOptions, createBrowserClient } from './client.ts'
export { type PasskeyPrompts, passkeyPrompts } from './passkeys.ts'
export { browserStorage } from './storage.ts'
