import { describe, expect, it } from 'vitest'
import { send, serviceWith } from '../http/service.ts'

const fingerprint = Array.from({ length: 32 }, (_, index) =>
  index.toString(16).padStart(2, '0').toUpperCase(),
).join(':')

const configured = serviceWith({
  ANDROID_APPS: `example.app=${fingerprint}`,
  APPLE_APPS: 'ABCDE12345.example.app,ABCDE12345.example.other',
})

describe('/.well-known/assetlinks.json', () => {
  const path = '/.well-known/assetlinks.json'

  it('lets the configured Android app open links and use passkeys', async () => {
    const { status, body, headers } = await configured(path)
    expect(status).toBe(200)
    expect(headers.get('Content-Type')).toBe('application/json')
    expect(body).toEqual([
      {
        relation: expect.arrayContaining([
          'delegate_permission/common.handle_all_urls',
          'delegate_permission/common.get_login_creds',
        ]),
        target: {
          namespace: 'android_app',
          package_name: 'example.app',
          sha256_cert_fingerprints: [fingerprint],
        },
      },
    ])
  })

  it('names nobody where no app is configured', async () => {
    expect((await send(path)).body).toEqual([])
  })

  it('may be kept', async () => {
    expect((await send(path)).headers.get('Cache-Control')).toMatch(/^public, max-age=[1-9]/)
  })
})

describe('/.well-known/apple-app-site-association', () => {
  const path = '/.well-known/apple-app-site-association'
  const apps = ['ABCDE12345.example.app', 'ABCDE12345.example.other']

  it('lets the configured Apple apps open links and use passkeys', async () => {
    const { status, body, headers } = await configured(path)
    expect(status).toBe(200)
    // Apple asks for JSON at once: a redirect or another type is not read.
    expect(headers.get('Content-Type')).toBe('application/json')
    expect(body).toMatchObject({
      webcredentials: { apps },
      applinks: { details: [{ appIDs: apps }] },
    })
  })

  it('names nobody where no app is configured', async () => {
    expect((await send(path)).body).toMatchObject({ webcredentials: { apps: [] } })
  })

  it('may be kept', async () => {
    expect((await send(path)).headers.get('Cache-Control')).toMatch(/^public, max-age=[1-9]/)
  })
})
