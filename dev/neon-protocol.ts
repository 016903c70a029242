import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import pg from 'pg'

/** Neon's `/sql` protocol, as far as it is only shapes. The endpoint itself runs the SQL. */
export interface Statement {
  query: string
  params: unknown[]
}

export interface SqlRequest {
  statements: Statement[]
  isBatch: boolean
}

const ERROR_FIELDS = [
  'severity',
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const

const ISOLATION: Record<string, string> = {
  ReadUncommitted: 'READ UNCOMMITTED',
  ReadCommitted: 'READ COMMITTED',
  RepeatableRead: 'REPEATABLE READ',
  Serializable: 'SERIALIZABLE',
}

export const BATCH_HEADERS = [
  'neon-batch-isolation-level',
  'neon-batch-read-only',
  'neon-batch-deferrable',
]

export function parseSqlRequest(body: unknown): SqlRequest | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  if (!('queries' in body)) {
    const statement = parseStatement(body)
    return statement && { statements: [statement], isBatch: false }
  }
  if (!Array.isArray(body.queries)) return undefined
  const statements = body.queries.map(parseStatement).filter((each) => each !== undefined)
  if (statements.length !== body.queries.length) return undefined
  return { statements, isBatch: true }
}

function parseStatement(value: unknown): Statement | undefined {
  if (typeof value !== 'object' || value === null || !('query' in value)) return undefined
  const params = 'params' in value ? value.params : []
  if (typeof value.query !== 'string' || !Array.isArray(params)) return undefined
  return { query: value.query, params }
}

/** The BEGIN that the batch headers ask for; undefined when they make no sense. */
export function beginStatement(headers: IncomingHttpHeaders): string | undefined {
  const level = headers['neon-batch-isolation-level']
  const isolation = level === undefined ? undefined : ISOLATION[String(level)]
  if (level !== undefined && !isolation) return undefined
  const words = ['BEGIN']
  if (isolation) words.push(`ISOLATION LEVEL ${isolation}`)
  const readOnly = headers['neon-batch-read-only']
  if (readOnly !== undefined) words.push(readOnly === 'true' ? 'READ ONLY' : 'READ WRITE')
  if (headers['neon-batch-deferrable'] === 'true') words.push('DEFERRABLE')
  return words.join(' ')
}

export interface ResultShape {
  arrayMode: boolean
  rawText: boolean
}

export function resultShape(request: IncomingMessage): ResultShape {
  return {
    arrayMode: request.headers['neon-array-mode'] === 'true',
    rawText: request.headers['neon-raw-text-output'] === 'true',
  }
}

export function describeResult(result: pg.QueryArrayResult, shape: ResultShape) {
  const fields = (result.fields ?? []).map((field) => ({
    name: field.name,
    dataTypeID: field.dataTypeID,
    tableID: field.tableID,
    columnID: field.columnID,
    dataTypeSize: field.dataTypeSize,
    dataTypeModifier: field.dataTypeModifier,
    format: 'text',
  }))
  const cell = (value: string | null, index: number) =>
    value === null || shape.rawText ? value : toJson(value, fields[index]?.dataTypeID ?? 0)
  const rows = (result.rows as (string | null)[][]).map((row) => row.map(cell))
  return {
    fields,
    rows: shape.arrayMode
      ? rows
      : rows.map((row) => Object.fromEntries(row.map((value, i) => [fields[i]?.name, value]))),
    command: result.command,
    rowCount: result.rowCount,
    rowAsArray: shape.arrayMode,
  }
}

const JSON_TYPES = new Set([16, 21, 23, 700, 701, 114, 3802])
const JSON_ARRAY_TYPES = new Set([1000, 1005, 1007, 1009, 1015, 1021, 1022, 199, 3807])

/** Without `Neon-Raw-Text-Output` values JSON can carry arrive as JSON: int8 and numeric cannot. */
function toJson(text: string, type: number): unknown {
  if (!JSON_TYPES.has(type) && !JSON_ARRAY_TYPES.has(type)) return text
  const value: unknown = pg.types.getTypeParser(type, 'text')(text)
  return typeof value === 'number' && !Number.isFinite(value) ? text : value
}

export function describeError(error: pg.DatabaseError) {
  const fields = Object.fromEntries(ERROR_FIELDS.map((name) => [name, error[name] ?? null]))
  return { message: error.message, ...fields }
}
