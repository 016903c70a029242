/** The only fields a log line may have: none of them can hold a secret or an address. */
export interface LogFields {
  event: string
  request_id?: string
  method?: string
  /** The route's pattern, not the path: ids and queries stay out. */
  route?: string
  status?: number
  code?: string
  reason?: string
  country?: string | null
  /** Its id. */
  tenant?: string
  /** Name of a rate limit. */
  limit?: string
  ms?: number
  database_trips?: number
  object_calls?: number
  hashes?: number
  faults?: string
  count?: number
}

export function log(level: 'info' | 'warn' | 'error', fields: LogFields): void {
  console[level](JSON.stringify({ level, ...fields }))
}
