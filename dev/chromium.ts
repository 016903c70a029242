import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflate } from '@sparticuz/chromium'
import { type Browser, type LaunchOptions, launch } from 'puppeteer-core'

/**
 * A Chromium without a window: the one that `CHROMIUM` names, or the one of the package.
 *
 * @param flags more of its command line
 */
export async function startChromium(flags: string[] = []): Promise<Browser> {
  const { CHROMIUM } = process.env
  return launch({
    ...(CHROMIUM ? { executablePath: CHROMIUM } : runIn(await unpack())),
    headless: 'shell',
    // It ends when we do, however that comes about: then nobody holds the other end.
    pipe: true,
    // It opens our own pages only, and in a container its sandbox cannot be had.
    args: ['--no-sandbox', '--disable-gpu', ...flags],
  })
}

function runIn(folder: string): LaunchOptions {
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  }
}

const parts = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br']

/**
 * The package brings Chromium and the libraries that a bare system lacks, compressed. They are unpacked once for each
 * version, beside the other caches: its own way would trust whatever lies in `/tmp/chromium`.
 */
async function unpack(): Promise<string> {
  const { resolve } = createRequire(import.meta.url)
  const folder = join(dirname(resolve('@sparticuz/chromium')), '..')
  const { version } = createRequire(import.meta.url)(join(folder, 'package.json'))
  const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url))
  const home = join(cache, `chromium-${version}`)
  if (existsSync(home)) return home

  mkdirSync(cache, { recursive: true })
  const scratch = mkdtempSync(join(cache, 'chromium-'))
  const { TMPDIR } = process.env
  process.env.TMPDIR = scratch
  try {
    await Promise.all(parts.map((part) => inflate(join(folder, 'bin', part))))
    // Its own names folders of another system; without a font a page ends the browser.
    writeFileSync(join(scratch, 'fonts', 'fonts.conf'), fontsIn(home))
    renameSync(scratch, home)
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true })
    // Another test file was faster.
    if (!existsSync(home)) throw error
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
  return home
}

/** The package's own, which know no Bengali, and the machine's, if it has some. */
function fontsIn(home: string): string {
  const places = [`${home}/fonts`, '/usr/share/fonts'].map((folder) => `<dir>${folder}</dir>`)
  const folders = `${places.join('')}<cachedir>${home}/fonts-cache</cachedir>`
  return `<?xml version="1.0"?><fontconfig>${folders}</fontconfig>\n`
}
