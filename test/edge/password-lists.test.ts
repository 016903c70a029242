import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { passwordListsPort } from '../../src/edge/password-lists.ts'

const reachable = (fetch: () => Promise<Response>) =>
  passwordListsPort({ fetch } as unknown as Fetcher)

describe('the password lists', () => {
  it('come with the deployment', async () => {
    const { dictionary, graphs } = await passwordListsPort(env.ASSETS).read()
    expect(dictionary['passwords-common'].length).toBeGreaterThan(30_000)
    expect(dictionary['passwords-common']).toContain('123456')
    expect(Object.keys(graphs)).toContain('qwerty')
  })

  it.each([
    ['are missing', async () => new Response('not found', { status: 404 })],
    ['cannot be read', async () => new Response('<html>')],
    ['cannot be reached', () => Promise.reject(new Error('network'))],
  ])('refuse rather than let a password by unseen when they %s', async (_, fetch) => {
    await expect(reachable(fetch).read()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})
