import type { Page } from 'puppeteer-core'
import type { Answer } from '../support/client.ts'

/** A request as the page's own script would make it. */
export async function send<T = Record<string, unknown>>(
  page: Page,
  path: string,
  body?: unknown,
  { method, token }: { method?: string; token?: string } = {},
): Promise<Answer<T>> {
  const init = {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }
  const { status, headers, text } = await page.evaluate(
    async (url, request) => {
      const response = await fetch(url, request)
      const { status, headers } = response
      return { status, headers: [...headers], text: await response.text() }
    },
    path,
    init,
  )
  const parsed = text === '' ? {} : JSON.parse(text)
  return { status, code: parsed.code, headers: new Headers(headers), body: parsed }
}

/** What the service asks of an authenticator, as JSON. */
export interface Asked {
  challenge_id: string
  options: object
}

/** Makes a credential at the page's origin, as its script would. */
export function createKey(page: Page, { options }: Asked): Promise<object> {
  return page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      json as PublicKeyCredentialCreationOptionsJSON,
    )
    const made = await navigator.credentials.create({ publicKey })
    return (made as PublicKeyCredential).toJSON()
  }, options)
}

/** Signs a challenge at the page's origin, as its script would. */
export function showKey(page: Page, { options }: Asked): Promise<object> {
  return page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      json as PublicKeyCredentialRequestOptionsJSON,
    )
    const shown = await navigator.credentials.get({ publicKey })
    return (shown as PublicKeyCredential).toJSON()
  }, options)
}
