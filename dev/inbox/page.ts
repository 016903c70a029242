import { readFileSync } from 'node:fs'
import type { Answer } from './service.ts'

const files: Record<string, { file: URL; type: string }> = {
  'GET /': { file: new URL('./page.html', import.meta.url), type: 'text/html' },
  'GET /page.css': { file: new URL('./page.css', import.meta.url), type: 'text/css' },
  'GET /page.js': { file: new URL('./page.js', import.meta.url), type: 'text/javascript' },
}

// A mail inherits this policy in its frame: its own styles work, its scripts and remote images,
// which would tell a third party that it was read, do not.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The inbox's page or one of its two files; undefined when the request is for none of them. */
export function readPage(key: string): Answer | undefined {
  const found = Object.hasOwn(files, key) ? files[key] : undefined
  if (!found) return undefined
  return {
    status: 200,
    body: readFileSync(found.file, 'utf8'),
    headers: {
      'content-type': `${found.type}; charset=utf-8`,
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  }
}
