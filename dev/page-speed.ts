import { type Browser, type Page, PredefinedNetworkConditions } from 'puppeteer-core'
import { startChromium } from './chromium.ts'

export interface Speed {
  /** Milliseconds until the largest part of the first screen is painted. */
  largestPaint: number
  /** How much of the page moved by itself (Cumulative Layout Shift). */
  shift: number
  /** Of everything that was asked for, as it came over the wire. */
  bytes: number
  requests: number
}

interface Circumstances {
  width: number
  /** Of a phone in the middle of the field, on a mobile network. */
  isSlow?: boolean
}

declare global {
  var measured: { largestPaint: number; shift: number }
}

/** Opens a page as somebody does who has never been there, and waits until nothing more comes. */
export async function pageSpeed(
  browser: Browser,
  url: string,
  { width, isSlow = false }: Circumstances,
): Promise<Speed> {
  const context = await browser.createBrowserContext()
  try {
    const page = await context.newPage()
    await page.setViewport({ width, height: 844 })
    if (isSlow) {
      await page.emulateCPUThrottling(4)
      await page.emulateNetworkConditions(PredefinedNetworkConditions['Fast 4G'])
    }
    const wire = await watchWire(page)
    await page.evaluateOnNewDocument(watchPaints)
    await page.goto(url, { waitUntil: 'networkidle0' })
    await page.locator('h1').wait()
    const { largestPaint, shift } = await page.evaluate(() => globalThis.measured)
    return { largestPaint, shift, ...wire }
  } finally {
    await context.close()
  }
}

async function watchWire(page: Page): Promise<Pick<Speed, 'bytes' | 'requests'>> {
  const wire = { bytes: 0, requests: 0 }
  const session = await page.createCDPSession()
  await session.send('Network.enable')
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    wire.bytes += encodedDataLength
    wire.requests += 1
  })
  return wire
}

/** Runs in the page, before its own scripts. */
function watchPaints(): void {
  const measured = { largestPaint: 0, shift: 0 }
  globalThis.measured = measured
  const watch = (type: string, take: (entry: PerformanceEntry & { value?: number }) => void) => {
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(take))
    observer.observe({ type, buffered: true })
  }
  watch('largest-contentful-paint', ({ startTime }) => {
    measured.largestPaint = startTime
  })
  watch('layout-shift', ({ value = 0 }) => {
    measured.shift += value
  })
}

const widths = { phone: 390, desk: 1280 }

/** Prints what the page to sign in costs a newcomer, of the service at the address that is given. */
async function main(): Promise<void> {
  const [origin = `http://localhost:${process.env.PORT ?? 8787}`] = process.argv.slice(2)
  const url = new URL('/login', origin).href
  await fetch(url).catch(() => {
    throw new Error(
      `Nothing answers at ${url}: start the service (npm run dev), or name its address.`,
    )
  })
  const browser = await startChromium()
  try {
    console.log(url)
    print('', ['LCP', 'shift', 'bytes', 'requests'])
    for (const [name, width] of Object.entries(widths)) {
      for (const isSlow of [false, true]) {
        const speed = await pageSpeed(browser, url, { width, isSlow })
        const device = `${name}${isSlow ? ', fast 4G, CPU 4 times slower' : ''}`
        const { largestPaint, shift, bytes, requests } = speed
        print(device, [`${Math.round(largestPaint)} ms`, shift.toFixed(3), bytes, requests])
      }
    }
  } finally {
    await browser.close()
  }
}

function print(name: string, columns: (string | number)[]): void {
  console.log(name.padEnd(40) + columns.map((column) => String(column).padStart(10)).join(''))
}

if (import.meta.main) {
  await main().catch((error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
