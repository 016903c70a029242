import { createBrowserClient, passkeyPrompts } from 'gatehouse-client/browser'
import { version } from '../../src/version.ts'
import { language } from './words/words.ts'

/** Whose pages these are, where it is not the default tenant: links of letters say so. */
export const tenant = new URLSearchParams(location.search).get('tenant')

export const client = createBrowserClient({
  language,
  // A release that is served no longer hears so, pages that a browser has kept among them.
  app: { platform: 'web', version },
  ...(tenant ? { tenant } : {}),
})
export const passkeys = passkeyPrompts(client)
