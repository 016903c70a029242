import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apiDocumentOfSources } from '../generate/document.ts'
import { formatted } from '../generate/format.ts'
import { routesOf, typesOf } from '../generate/types.ts'
import { readLink } from '../src/links.ts'
import { routes } from '../src/routes.ts'

const source = (file: string) => readFileSync(join(import.meta.dirname, '../src', file), 'utf8')
const document = await apiDocumentOfSources()
const served = routesOf(document)

interface Table {
  readonly [name: string]: string | Table
}

function leavesOf(table: Table): string[] {
  return Object.values(table).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : leavesOf(entry),
  )
}

const inTable = leavesOf(routes)
const leftOut = [
  ...(/export type RouteOfOthers =[\s\S]*?\n\n/.exec(source('routes.ts'))?.[0] ?? '').matchAll(
    /\| '([^']+)'/g,
  ),
].map(([, route = '']) => route)

describe('the client', () => {
  it('has a method for every route that is served, and for no other', () => {
    // A new route: `npm -w sdk run routes`, then a line for it in sdk/src/routes.ts.
    const known = [...inTable.map((entry) => entry.replace(/ [*?]$/, '')), ...leftOut]
    expect(known.sort()).toEqual(served.map(([name]) => name))
  })

  it('sends the access token where a route asks for it', () => {
    const starred = inTable.filter((entry) => entry.endsWith(' *')).sort()
    const guarded = served.filter(([, { security }]) => security).map(([name]) => `${name} *`)
    expect(starred).toEqual(guarded.filter((name) => !leftOut.includes(name.slice(0, -2))))
  })

  it('has no list whose brackets hold its last choice alone', () => {
    expect(source('api.ts')).not.toMatch(/\| '[^']*'\[\]/)
  })

  it('reads every link that the letters of the service carry', () => {
    const letters = source('../../src/messages/letters/links.ts')
    const paths = [...letters.matchAll(/: redeem\('([^']+)'\)/g)].map(([, path = '']) => path)
    expect(paths).toContain('magic-link')
    expect(paths.length).toBeGreaterThan(5)
    const origin = 'https://auth.example.com'
    for (const path of paths) {
      const read = readLink(`${origin}/${path}?tenant=acme#token=ghx_abc`, { origin })
      expect(read, path).toMatchObject({ token: 'ghx_abc', tenant: 'acme' })
    }
  })

  it('has the types of today: `npm -w sdk run routes` would change nothing', () => {
    expect(source('api.ts')).toBe(formatted(typesOf(document)))
  })
})
