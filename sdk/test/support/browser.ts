import { inject } from 'vitest'
import { type BrowserOptions, createBrowserClient } from '../../src/browser/index.ts'
import type { Client, ClientStorage, StoredName } from '../../src/index.ts'
import { anywhere } from './person.ts'

/** One browser: its cookies and its local storage, which all its tabs share. */
export interface Browser {
  cookies: Map<string, string>
  /** Every request that left it: method and path. */
  requests: string[]
  fetch: typeof fetch
  localStorage: Map<StoredName, string>
  tab(options?: BrowserOptions): Client
  close(): void
}

/** As a browser that shows a page of the service: it names the page in `Origin`, and keeps the cookies of each answer when it comes. */
export function newBrowser(network: typeof fetch = anywhere): Browser {
  const { url, publicUrl } = inject('service')
  const cookies = new Map<string, string>()
  const requests: string[] = []
  const localStorage = new Map<StoredName, string>()
  const tabs: Client[] = []

  const browserFetch: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('Origin', publicUrl)
    headers.set('Cookie', [...cookies].map((pair) => pair.join('=')).join('; '))
    requests.push(`${init?.method} ${new URL(String(input)).pathname}`)
    const response = await network(input, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }

  return {
    cookies,
    requests,
    fetch: browserFetch,
    localStorage,
    tab(options = {}) {
      const tab = createBrowserClient({
        baseUrl: url,
        fetch: browserFetch,
        storage: sharedStorage(localStorage),
        ...options,
      })
      tabs.push(tab)
      return tab
    },
    close() {
      for (const tab of tabs) tab.close()
    },
  }
}

function sharedStorage(values: Map<StoredName, string>): ClientStorage {
  return {
    read: (name) => values.get(name) ?? null,
    write: (name, value) => void values.set(name, value),
    remove: (name) => void values.delete(name),
  }
}
