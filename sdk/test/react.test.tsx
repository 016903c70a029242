// @vitest-environment happy-dom
import { act, type ReactNode, StrictMode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Client, createClient, type User } from '../src/index.ts'
import { AuthProvider, RequireAuth, useAuth, useStepUp } from '../src/react/index.ts'

const user = { id: '1', email: 'ada@example.com', roles: ['member'] } as User
const tokens = {
  access_token: 'first',
  token_type: 'Bearer',
  expires_in: 600,
  refresh_token: 'secret',
  refresh_expires_in: 1,
  session_id: 's',
}

/** The service, as far as these components meet it: this is about them, everything else runs against the real one. */
function newService() {
  const service = { isProven: false, isDown: false, user, bearers: [] as (string | null)[] }
  const answers: Record<string, () => Response> = {
    'POST /api/v1/auth/login': () => Response.json({ ...tokens, user: service.user }),
    'POST /api/v1/auth/logout': () => new Response(null, { status: 204 }),
    'GET /api/v1/auth/me': () => Response.json(service.user),
    'DELETE /api/v1/auth/me': () => Response.json({ status: 'accepted', deletes_at: 'x' }),
    'POST /api/v1/auth/mfa/verify': () => {
      service.isProven = true
      return Response.json({ access_token: 'proven', expires_in: 600 })
    },
    'POST /api/v1/auth/mfa/backup-codes': () =>
      service.isProven
        ? Response.json({ backup_codes: ['one'] })
        : Response.json(
            { code: 'STEP_UP_REQUIRED', required_acr: 'aal2', max_age: 300 },
            { status: 403 },
          ),
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    service.bearers.push(new Headers(init?.headers).get('Authorization'))
    if (service.isDown) throw new TypeError('fetch failed')
    return (
      answers[`${init?.method} ${new URL(String(input)).pathname}`]?.() ??
      new Response(null, { status: 404 })
    )
  }
  const baseUrl = 'https://auth.example.com'
  return { service, client: createClient({ baseUrl, fetch, wait: async () => undefined }) }
}

let page: HTMLElement
let root: Root
beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  page = document.createElement('main')
  root = createRoot(page)
})
afterEach(async () => {
  await act(async () => root.unmount())
})

/** Twice mounted, as in development. */
async function show(client: Client, children: ReactNode) {
  await act(async () => {
    root.render(
      <StrictMode>
        <AuthProvider client={client}>{children}</AuthProvider>
      </StrictMode>,
    )
  })
}

function Greeting() {
  const { status, user } = useAuth()
  return <p>{`${status} ${user?.email ?? 'nobody'}`}</p>
}

const guarded = (
  <RequireAuth fallback={<p>sign in</p>} loading={<p>wait</p>} unreachable={<p>offline</p>}>
    <p>secret</p>
  </RequireAuth>
)

describe('useAuth', () => {
  it('follows the client: nobody, somebody, nobody', async () => {
    const { client } = newService()
    await show(client, <Greeting />)
    expect(page.textContent).toBe('signedOut nobody')
    await act(async () => void (await client.login({ email: 'ada@example.com', password: 'x' })))
    expect(page.textContent).toBe('signedIn ada@example.com')
    await act(async () => void (await client.logout()))
    expect(page.textContent).toBe('signedOut nobody')
  })

  it('says why it is over for who was signed in, until they are again', async () => {
    const { client } = newService()
    const Reason = () => <p>{String(useAuth().endedBy)}</p>
    await show(client, <Reason />)
    expect(page.textContent).toBe('null')
    await act(async () => void (await client.login({ email: 'ada@example.com', password: 'x' })))
    await act(async () => void (await client.logout()))
    expect(page.textContent).toBe('logout')
    await act(async () => void (await client.login({ email: 'ada@example.com', password: 'x' })))
    expect(page.textContent).toBe('null')
    await act(async () => void (await client.me.close()))
    expect(page.textContent).toBe('closed')
  })

  it('outside of a provider says what is missing', () => {
    expect(() => renderToString(<Greeting />)).toThrow('AuthProvider')
  })

  it('on a server knows nothing yet', () => {
    const { client } = newService()
    const markup = renderToString(<AuthProvider client={client}>{guarded}</AuthProvider>)
    expect(markup).toBe('<p>wait</p>')
  })
})

describe('RequireAuth', () => {
  it('shows the way in to who is not signed in, and its children to who is', async () => {
    const { client } = newService()
    await show(client, guarded)
    expect(page.textContent).toBe('sign in')
    await act(async () => void (await client.login({ email: 'ada@example.com', password: 'x' })))
    expect(page.textContent).toBe('secret')
  })

  it('tells apart nobody from no connection, and finds back', async () => {
    const { client, service } = newService()
    await client.login({ email: 'ada@example.com', password: 'x' })
    service.isDown = true
    let reload = async () => {}
    function Probe() {
      reload = useAuth().reload
      return guarded
    }
    await show(client, <Probe />)
    expect(page.textContent).toBe('offline')
    service.isDown = false
    await act(() => reload())
    expect(page.textContent).toBe('secret')
  })

  it('begins anew for somebody else who signs in: nothing typed for the one is sent for the other', async () => {
    const { client, service } = newService()
    await client.login({ email: 'ada@example.com', password: 'x' })
    const field = (
      <RequireAuth fallback={null}>
        <input defaultValue="" />
      </RequireAuth>
    )
    await show(client, field)
    const typed = page.querySelector('input') as HTMLInputElement
    typed.value = 'of Ada'
    service.user = { ...user, id: '2' }
    await act(async () => void (await client.login({ email: 'bea@example.com', password: 'x' })))
    expect(page.querySelector('input')?.value).toBe('')
  })

  it('asks for one of the roles', async () => {
    const { client } = newService()
    await client.login({ email: 'ada@example.com', password: 'x' })
    const forRole = (role: string) => (
      <RequireAuth fallback={null} roles={[role, 'owner']} forbidden={<p>not you</p>}>
        <p>secret</p>
      </RequireAuth>
    )
    await show(client, forRole('admin'))
    expect(page.textContent).toBe('not you')
    await show(client, forRole('member'))
    expect(page.textContent).toBe('secret')
  })
})

describe('useStepUp', () => {
  function Dialog({ given }: { given: { current: ReturnType<typeof useStepUp> | null } }) {
    const stepUp = useStepUp()
    given.current = stepUp
    return <p>{stepUp.challenge ? `prove ${stepUp.challenge.requiredAcr}` : 'closed'}</p>
  }

  async function refusedCall() {
    const { client, service } = newService()
    await client.login({ email: 'ada@example.com', password: 'x' })
    const dialog: { current: ReturnType<typeof useStepUp> | null } = { current: null }
    await show(client, <Dialog given={dialog} />)
    let call: Promise<unknown> = Promise.resolve()
    await act(async () => {
      call = client.mfa.renewBackupCodes().catch((error: unknown) => error)
      await vi.waitFor(() => expect(page.textContent).toBe('prove aal2'))
    })
    return { call: () => call, dialog, service }
  }

  it('lets a refused call wait for a proof, and repeats it with the new token', async () => {
    const { call, dialog, service } = await refusedCall()
    await act(() => dialog.current?.verify({ type: 'totp', code: '123456' }))
    expect(await call()).toEqual({ backup_codes: ['one'] })
    expect(service.bearers.at(-1)).toBe('Bearer proven')
    expect(page.textContent).toBe('closed')
  })

  it('refuses it as it was where the person does not want to', async () => {
    const { call, dialog } = await refusedCall()
    await act(async () => dialog.current?.cancel())
    expect(await call()).toMatchObject({ code: 'STEP_UP_REQUIRED' })
    expect(page.textContent).toBe('closed')
  })
})
