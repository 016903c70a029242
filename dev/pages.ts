import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every address that the pages of `web/src` answer, with its title until the script has one in the right language. */
const addresses: Record<string, string> = {
  login: 'Sign in',
  register: 'Create an account',
  account: 'Your account',
  'auth/callback': 'Sign in',
}

/** A file of the folder of assets, by its path in there. */
export type PageFile = [path: string, content: string | Uint8Array]

/** Builds the pages. Scripts and styles bear a fingerprint in their names, so browsers keep them for good. */
export async function buildPages(): Promise<PageFile[]> {
  const built = await build({
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
      rolldownOptions: { input: join(root, 'web/src/main.tsx') },
    },
  })
  const { output } = [built].flat()[0] as Rolldown.RolldownOutput
  const scripts = output.map(
    (part): PageFile => [`app/${part.fileName}`, part.type === 'chunk' ? part.code : part.source],
  )
  const entry = output.find(
    (part): part is Rolldown.OutputChunk => 'isEntry' in part && part.isEntry,
  )
  const style = output.find(({ fileName }) => fileName.endsWith('.css'))
  if (!entry || !style) throw new Error('The build of the pages has no script or no style.')
  const page = readFileSync(join(root, 'web/page.html'), 'utf8')
    .replace('SCRIPT', `/app/${entry.fileName}`)
    .replace('STYLE', `/app/${style.fileName}`)
    .replace('<!-- PRELOADS -->', entry.imports.map(preload).join('\n    '))
  const pages = Object.entries(addresses).map(
    ([address, title]): PageFile => [`${address}.html`, page.replace('TITLE', title)],
  )
  return [...scripts, ...pages]
}

/** What the script imports is fetched along with it, not after it. */
function preload(fileName: string): string {
  return `<link rel="modulepreload" href="/app/${fileName}" />`
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
