import { createBrowserClient, passkeyPrompts } from 'gatehouse-client/browser'
import { version } from '../../src/version.ts'
import { language } from './words/words.ts'

/** Whose pages these are, where it is not the default tenant: links of letters say so. */
export const tenant = new URLSearchParams(location.search).get('tenant')

export const client = createBrowserClient({
  language,
  // Pages that a browser has kept for too long hear of it. A tenant's releases of `web` are for a site of its own.
  app: { platform: 'pages', version },
  ...(tenant ? { tenant } : {}),
})
export const passkeys = passkeyPrompts(client)
