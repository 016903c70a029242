import { describe, expect, it } from 'vitest'
import type { Config } from '../../../src/config.ts'
import { checkBreach } from '../../../src/methods/password/breach.ts'
import type { EgressAnswer, EgressRequest } from '../../../src/ports.ts'
import { lists } from '../../support/password-lists.ts'

const password = 'vexing-Plum-42'
/** By `sha1sum`. */
const digest = 'D192F1EC4394A845AD10E9A25461EE4068F48802'
const bengali = '8B486D31BB20748820B5BC75E0E8EAD2699D64C2'

function service(answer: EgressAnswer | null, breach = true) {
  const asked: { url: string; request: EgressRequest | undefined }[] = []
  const config = { checks: { breach, breachEndpoint: 'https://range.example/range' } } as Config
  const fetch = async (url: string, request?: EgressRequest) => {
    asked.push({ url, request })
    return answer
  }
  return { ports: { config, egress: { fetch }, ...lists }, asked }
}

const other = '0018A45C4D1DEF81644B54AB7F969B88D65:1'
const rows = (...lines: string[]) => ({ status: 200, text: [other, ...lines].join('\r\n') })

describe('checkBreach', () => {
  it('sends five digits of the hash, and asks for padding', async () => {
    const { ports, asked } = service(rows(`${digest.slice(5)}:12`))
    expect(await checkBreach(ports, password)).toBe('breached')
    expect(asked).toEqual([
      {
        url: `https://range.example/range/${digest.slice(0, 5)}`,
        request: { headers: { 'Add-Padding': 'true' } },
      },
    ])
  })

  it('knows the published example of the service', async () => {
    const { ports, asked } = service(rows('1E4C9B93F3F0682250B6CF8331B7EE68FD8:10434004'))
    expect(await checkBreach(ports, 'password')).toBe('breached')
    expect(asked[0]?.url).toBe('https://range.example/range/5BAA6')
  })

  it('hashes the composed form, as UTF-8', async () => {
    const { ports } = service(rows(`${bengali.slice(5)}:1`))
    expect(await checkBreach(ports, 'পাসওয়ার্ড-e\u0301')).toBe('breached')
  })

  it('takes rows with a count of 0 for padding', async () => {
    expect(await checkBreach(service(rows(`${digest.slice(5)}:0`)).ports, password)).toBe('clean')
    expect(await checkBreach(service(rows()).ports, password)).toBe('clean')
    // The service has the last word: its list is the larger one.
    expect(await checkBreach(service(rows()).ports, 'password')).toBe('clean')
  })

  it.each<[string, EgressAnswer | null]>([
    ['a time-out', null],
    ['status 503', { status: 503, text: other }],
    ['a page', { status: 200, text: '<html>not a range</html>' }],
    ['nothing', { status: 200, text: '' }],
  ])('asks the local list after %s', async (_, answer) => {
    expect(await checkBreach(service(answer).ports, password)).toBe('unknown')
    expect(await checkBreach(service(answer).ports, password)).toBe('unknown')
    expect(await checkBreach(service(answer).ports, 'PassWord1')).toBe('breached')
    expect(await checkBreach(service(answer).ports, 'qwerty')).toBe('breached')
  })

  it('asks only the local list where the check is off', async () => {
    const { ports, asked } = service(rows(), false)
    expect(await checkBreach(ports, password)).toBe('clean')
    expect(await checkBreach(ports, 'password')).toBe('breached')
    expect(asked).toEqual([])
  })
})
