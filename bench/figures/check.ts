import { Connection } from '../client/connection.ts'
import { type LoadResult, runLoad } from '../client/load.ts'
import { request } from '../client/request.ts'
import type { FloorName, Lab } from '../lab.ts'
import { interleave, median, medianRatio } from '../statistics.ts'
import type { Row } from '../table.ts'

const clients = 8
const sizes = { quick: { rounds: 4, seconds: 0.8 }, full: { rounds: 9, seconds: 1.5 } }
/** Made beforehand, as the client must not be what is measured; so many that no address meets a limit. */
const prepared = 512

/** Checks of an access token against jose alone. All of it without a round trip. */
export async function check(lab: Lab): Promise<Row[]> {
  const { ports } = await lab.floors()
  const { rounds, seconds } = lab.settings.quick ? sizes.quick : sizes.full
  const token = await issuedToken(ports.issue)

  function load(name: FloorName, path = '/'): () => Promise<LoadResult> {
    const requests = Array.from({ length: prepared }, () => Buffer.from(request(path, { token })))
    let turn = 0
    const next = () => requests[turn++ % prepared] ?? ''
    return () => runLoad({ port: ports[name], clients, seconds, next })
  }

  const results = await interleave(rounds, {
    authenticated: load('authenticated'),
    jose: load('jose'),
    honoJose: load('honoJose'),
    hono: load('hono'),
    me: load('meWithoutDatabase', '/api/v1/auth/me'),
  })
  return rows((name) => results[name]?.slice(1) ?? [])
}

async function issuedToken(port: number): Promise<string> {
  const connection = await Connection.open(port)
  const { body } = await connection.send(request('/'))
  connection.cut()
  return body
}

function rows(of: (name: string) => LoadResult[]): Row[] {
  const rates = (name: string) => of(name).map((round) => round.perSecond)
  const share = (name: string) =>
    `${Math.round(median(of(name).map((round) => round.clientShare)) * 100)} %`
  const against = (name: string, floor: string) => medianRatio(rates(name), rates(floor)) * 100
  return [
    {
      name: 'access-token checks',
      value: median(rates('authenticated')),
      unit: '/s',
      floor: { value: median(rates('jose')), what: '/s bare jose' },
      judged: against('authenticated', 'jose'),
      bar: { kind: 'at least', value: 85, unit: '%' },
      note: `authenticate.ts behind bare Hono, ${clients} clients, ${of('jose').length} rounds; the client takes ${share('authenticated')} of a core (jose: ${share('jose')}, Hono: ${share('hono')})`,
    },
    {
      name: '… against jose behind Hono',
      value: median(rates('authenticated')),
      unit: '/s',
      floor: { value: median(rates('honoJose')), what: '/s' },
      judged: against('authenticated', 'honoJose'),
    },
    {
      name: '… and Hono with no check',
      value: median(rates('authenticated')),
      unit: '/s',
      floor: { value: median(rates('hono')), what: '/s' },
      judged: against('authenticated', 'hono'),
    },
    {
      name: 'GET /auth/me without the database',
      value: median(rates('me')),
      unit: '/s',
      floor: { value: median(rates('jose')), what: '/s bare jose' },
      judged: against('me', 'jose'),
      note: 'the whole chain of src/app.ts: what the product adds to every request, no bar',
    },
  ]
}
