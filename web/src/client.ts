import { createBrowserClient, passkeyPrompts } from 'gatehouse-client/browser'
import { language } from './words/words.ts'

/** Whose pages these are, where it is not the default tenant: links of letters say so. */
export const tenant = new URLSearchParams(location.search).get('tenant')

export const client = createBrowserClient({ language, ...(tenant ? { tenant } : {}) })
export const passkeys = passkeyPrompts(client)
