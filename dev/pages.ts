import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Rolldown } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Address {
  /** Until the script has one in the right language. */
  title: string
  /** The module of `web/src` that the page loads beside the first script. */
  module?: string
  /** What it shows at addresses below its own; `:item` is any one name. */
  parts?: string[]
}

const mailed = { module: 'mailed/mailed.tsx' }

/** Every address that the pages of `web/src` answer. */
const addresses: Record<string, Address> = {
  index: { title: 'Welcome', module: 'home/home.tsx' },
  login: { title: 'Sign in' },
  register: { title: 'Create an account', module: 'register/register.tsx' },
  account: {
    title: 'Your account',
    module: 'account/account.tsx',
    parts: [
      'security',
      'security/password',
      'sessions',
      'identities',
      'activity',
      'data',
      'closed',
    ],
  },
  console: {
    title: 'Console',
    module: 'console/console.tsx',
    parts: [
      'users',
      'users/:item',
      'members',
      'settings',
      'settings/:item',
      'audit',
      'metrics',
      'versions',
      'webhooks',
      'webhooks/:item',
      'import',
    ],
  },
  'auth/callback': { title: 'Sign in', module: 'sign-in/callback.tsx' },
  'verify-email': { title: 'Confirm your e-mail address', ...mailed },
  'verify-email/resend': { title: 'Confirm your e-mail address', module: 'mailed/resend.tsx' },
  'email/confirm': { title: 'Confirm your new address', ...mailed },
  'email/undo': { title: 'Keep this address', ...mailed },
  recover: { title: 'Recover your account', module: 'mailed/recover.tsx' },
  'recover/request': { title: 'Recover your account', module: 'mailed/recover-request.tsx' },
  'recover/complete': { title: 'Finish the recovery', ...mailed },
  'recover/cancel': { title: 'Cancel the recovery', ...mailed },
  'recover/not-me': { title: 'This was not you?', ...mailed },
  'accept-invitation': { title: 'Accept the invitation', ...mailed },
  'forgot-password': { title: 'Forgotten your password?', module: 'mailed/forgot.tsx' },
  'reset-password': { title: 'Set a new password', module: 'mailed/reset.tsx' },
  'magic-link': { title: 'Sign in', module: 'mailed/magic-link.tsx' },
  'sign-in-link': { title: 'Sign in by mail', module: 'mailed/sign-in-link.tsx' },
  // Sent with this status for every address that is none of these.
  '404': { title: 'Page not found', module: 'home/not-found.tsx' },
}

type Chunk = Rolldown.OutputChunk

/** A file of the folder of assets, by its path in there. */
export type PageFile = [path: string, content: string | Uint8Array]

/** Builds the pages. Scripts and styles bear a fingerprint in their names, so browsers keep them for good. */
export async function buildPages(): Promise<PageFile[]> {
  // Only here: to load it takes longer than to find that nothing is to be built.
  const { build } = await import('vite')
  const { output } = await inProduction(
    () =>
      build({
        root: join(root, 'web'),
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        base: '/app/',
        resolve: {
          alias: {
            'gatehouse-client/browser': join(root, 'sdk/src/browser/index.ts'),
            'gatehouse-client/react': join(root, 'sdk/src/react/index.ts'),
            'gatehouse-client': join(root, 'sdk/src/index.ts'),
          },
        },
        build: {
          write: false,
          target: 'es2022',
          assetsDir: '',
          // The policy of the pages has no `data:` but for pictures.
          assetsInlineLimit: 0,
          modulePreload: { polyfill: false },
          // One file, a few KB: a part of it for each part of a page would be one more request for some hundred bytes.
          cssCodeSplit: false,
          rolldownOptions: {
            input: join(root, 'web/src/main.tsx'),
            // Left alone, what a few pages share comes in a dozen files, of which most are smaller than a request for one.
            output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 3 }] } },
          },
        },
      }) as Promise<Rolldown.RolldownOutput>,
  )
  const scripts = output.map(
    (part): PageFile => [`app/${part.fileName}`, part.type === 'chunk' ? part.code : part.source],
  )
  const chunks = output.filter((part) => part.type === 'chunk')
  const style = output.find(({ fileName }) => fileName.endsWith('.css'))
  if (!style) throw new Error('The build of the pages has no style.')
  const pages = Object.entries(addresses).map(([address, { title, module }]): PageFile => {
    return [`${address}.html`, pageOf(chunks, style.fileName, title, module)]
  })
  return [...scripts, ...pages, ['_redirects', ofParts()]]
}

/** Whoever builds, tests among them, gets what visitors get: React has a slower and larger side for its developers. */
async function inProduction<T>(work: () => Promise<T>): Promise<T> {
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  try {
    return await work()
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = NODE_ENV
  }
}

/** The page that is sent for an address. What its script imports is fetched along with it, not after it. */
function pageOf(chunks: Chunk[], style: string, title: string, module = 'main.tsx'): string {
  const chunkOf = (name: string) => {
    const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/web/src/${name}`))
    if (!chunk) throw new Error(`The build of the pages has no script for ${name}.`)
    return chunk
  }
  const entry = chunkOf('main.tsx')
  const preloads = new Set([...entry.imports, chunkOf(module).fileName, ...chunkOf(module).imports])
  preloads.delete(entry.fileName)
  const links = [...preloads].map((file) => `<link rel="modulepreload" href="/app/${file}" />`)
  return readFileSync(join(root, 'web/page.html'), 'utf8')
    .replace('TITLE', title)
    .replace('SCRIPT', `/app/${entry.fileName}`)
    .replace('STYLE', `/app/${style}`)
    .replace('<!-- LINKS -->', links.join('\n    '))
}

/** A part of a page is answered with that page; the script reads the address. */
function ofParts(): string {
  return Object.entries(addresses)
    .flatMap(([area, { parts = [] }]) => parts.map((part) => `/${area}/${part} /${area} 200\n`))
    .join('')
}

/** Of everything that a build depends on: while it stays, so does what was built. */
export function fingerprint(): string {
  const sources = globSync(['web/src/**/*.*', 'web/page.html', 'sdk/src/**/*.*', 'dev/pages.ts'], {
    cwd: root,
  })
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const file of sources.sort()) hash.update(file).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}
