import { env } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { origin } from '../support/client.ts'

const page = await exports.default.fetch(`${origin}/docs`)
const html = await page.text()
const policy = policyOf(page.headers.get('Content-Security-Policy') ?? '')
const files = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, file = '']) => file)

describe('/docs', () => {
  it('is a page', () => {
    expect(page.status).toBe(200)
    expect(page.headers.get('Content-Type')).toMatch(/^text\/html; charset=utf-8$/i)
  })

  it('runs only scripts of ours, none of them inline', () => {
    expect(policy['default-src']).toBe("'none'")
    expect(policy['script-src']).toBe("'self'")
    expect(policy['connect-src']).toBe("'self'")
    expect(policy['frame-ancestors']).toBe("'none'")
    expect(policy['base-uri']).toBe("'none'")
    expect(policy['form-action']).toBe("'none'")
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
    expect(html).not.toMatch(/\son\w+=|javascript:|<iframe|<object|<embed/i)
  })

  it('names no third party in its policy or in itself', () => {
    expect(Object.values(policy).join(' ')).not.toMatch(/https?:|\*|\.\w{2,}/)
    expect(html).not.toMatch(/(?:https?:)?\/\/[\w.-]+\.\w{2,}/)
  })

  it('loads a viewer and a style that are ours and are there', async () => {
    expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(0)
    expect(files.filter((file) => file.endsWith('.css')).length).toBeGreaterThan(0)
    for (const file of files) {
      expect(file).toMatch(/^\/[^/]/)
      expect((await env.ASSETS.fetch(`${origin}${file}`)).status, file).toBe(200)
    }
  })

  it('shows our own document, and asks no validator elsewhere', async () => {
    const own = files.filter((file) => file.endsWith('.js') && !file.includes('swagger'))
    const texts = await Promise.all(
      own.map(async (file) => (await env.ASSETS.fetch(`${origin}${file}`)).text()),
    )
    expect(texts.join('\n')).toContain('/openapi.json')
    expect(texts.join('\n')).not.toMatch(/https?:\/\//)
  })

  it('keeps the guards of a page on the files too', async () => {
    for (const file of files) {
      const { headers } = await env.ASSETS.fetch(`${origin}${file}`)
      expect(headers.get('X-Content-Type-Options'), file).toBe('nosniff')
    }
  })
})

function policyOf(header: string): Record<string, string> {
  return Object.fromEntries(
    header.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ')
      return [name, sources.join(' ')]
    }),
  )
}
