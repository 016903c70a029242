import type { IncomingMessage, ServerResponse } from 'node:http'
import pg from 'pg'
import { Connections } from './connections.ts'
import { FaultSwitch, type Faults } from './faults.ts'
import { listenLocally, parseJson, readBody, sendJson } from './http-server.ts'
import {
  BATCH_HEADERS,
  beginStatement,
  describeError,
  describeResult,
  parseSqlRequest,
  type ResultShape,
  resultShape,
  type SqlRequest,
  type Statement,
} from './neon-protocol.ts'

export interface NeonEndpointOptions {
  port: number
  connectionString: string
  /**
   * Has Postgres keep the plan of what is asked again: of what tests cost it, most is parsing and planning. Nothing is
   * measured so, as the service may not count on it.
   */
  keepsPlans?: boolean
  /** To Postgres, at most. */
  connections?: number | undefined
}

/** Requests to /sql, what the Worker pays a round trip for: those that name one of these in their SQL or parameters. */
interface Counted {
  names: string[]
  requests: number
}

export interface NeonEndpoint {
  url: string
  /** Replaces all faults; without an argument nothing goes wrong any more. */
  setFaults(faults?: Faults): void
  stop(): Promise<void>
}

/** Speaks Neon's HTTP protocol in front of a plain Postgres, and can misbehave on demand. */
export async function startNeonEndpoint(options: NeonEndpointOptions): Promise<NeonEndpoint> {
  const { connectionString, keepsPlans = false, connections = 60 } = options
  const planning = keepsPlans ? { options: '-c plan_cache_mode=force_generic_plan' } : {}
  const pool = new Connections({ connectionString, max: connections, ...planning })
  const nameOf = keepsPlans ? namesOfStatements() : () => undefined
  const faults = new FaultSwitch()
  let counted: Counted = { names: [], requests: 0 }

  const server = await listenLocally(options.port, (request, response) => {
    route(request, response).catch(() => response.destroy())
  })

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const body = await readBody(request)
    const key = `${request.method} ${pathname}`
    if (key === 'POST /sql') return answerSql(request, response, body)
    if (key === 'POST /count') counted = { names: parseJson(body) as string[], requests: 0 }
    if (pathname === '/count') return sendJson(response, 200, counted)
    if (key === 'DELETE /faults') faults.set()
    if (key === 'POST /faults') faults.set(parseJson(body) as Faults)
    if (pathname === '/faults') return sendJson(response, 200, faults.get())
    return sendJson(response, 404, { message: 'not found' })
  }

  async function answerSql(request: IncomingMessage, response: ServerResponse, body: string) {
    if (counted.names.some((name) => body.includes(name))) counted.requests += 1
    const asked = parseSqlRequest(parseJson(body))
    const begin = beginStatement(request.headers)
    if (!asked || !begin) return sendJson(response, 400, { message: 'invalid request' })
    if (!request.headers['neon-connection-string']) {
      return sendJson(response, 400, { message: 'missing header Neon-Connection-String' })
    }

    const sql = asked.statements.map((statement) => statement.query).join(';\n')
    const failure = await faults.before(sql)
    if (failure?.kind === 'cut') return cut(request)
    if (failure?.kind === 'status') return sendJson(response, failure.status, { message: 'fault' })
    if (failure?.kind === 'sqlstate') {
      return sendJson(response, 400, {
        message: 'fault injected',
        code: failure.code,
        severity: 'ERROR',
      })
    }

    const answer = await run(pool, asked, begin, resultShape(request), nameOf)
    if (answer.status === 200 && faults.losesAnswer(sql)) return cut(request)
    return sendJson(response, answer.status, answer.body, asked.isBatch ? echo(request) : {})
  }

  return {
    url: `http://127.0.0.1:${server.port}/sql`,
    setFaults: (next) => faults.set(next),
    stop: async () => {
      await server.stop()
      await pool.end()
    },
  }
}

type NameOf = (query: string) => string | undefined

/** What has come before gets a name, by which Postgres knows it again; what comes once is not kept. */
function namesOfStatements(): NameOf {
  const names = new Map<string, string>()
  return (query) => {
    const known = names.get(query)
    if (known === undefined) names.set(query, `statement_${names.size}`)
    return known
  }
}

async function run(
  pool: Connections,
  asked: SqlRequest,
  begin: string,
  shape: ResultShape,
  nameOf: NameOf,
) {
  const statements = asked.statements.map((statement) => ({
    ...statement,
    name: nameOf(statement.query),
  }))
  let client: pg.Client
  try {
    client = await pool.take(statements[0]?.name)
  } catch {
    return { status: 503, body: { message: 'could not connect to the database' } }
  }
  let broken = false
  try {
    if (asked.isBatch) await client.query(begin)
    const results = []
    for (const statement of statements) {
      results.push(describeResult(await query(client, statement), shape))
    }
    if (asked.isBatch) await client.query('COMMIT')
    return { status: 200, body: asked.isBatch ? { results } : results[0] }
  } catch (error) {
    // A statement may itself be a BEGIN, so a failure always ends what is open.
    await client.query('ROLLBACK').catch(() => {
      broken = true
    })
    if (error instanceof pg.DatabaseError) return { status: 400, body: describeError(error) }
    return { status: 503, body: { message: 'the database connection was lost' } }
  } finally {
    pool.giveBack(client, broken)
  }
}

function query(
  client: pg.Client,
  { name, query: text, params: values }: Statement & { name: string | undefined },
): Promise<pg.QueryArrayResult> {
  return client.query({
    name,
    text,
    values,
    rowMode: 'array',
    // Values stay the text Postgres sent: the driver parses them on its side.
    types: { getTypeParser: () => (value: string) => value },
    // As at Neon, exactly one statement a query, also when it has no parameters.
    queryMode: 'extended',
  } as pg.QueryArrayConfig)
}

function cut(request: IncomingMessage): void {
  request.socket.destroy()
}

function echo(request: IncomingMessage): Record<string, string> {
  const sent = BATCH_HEADERS.filter((name) => request.headers[name] !== undefined)
  return Object.fromEntries(sent.map((name) => [name, String(request.headers[name])]))
}
