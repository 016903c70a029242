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
  /** Its id. */
  tenant?: string
  /** Name of a rate limit. */
  limit?: string
  faults?: string
  count?: number
}

/** The same names once more, for what a type cannot keep out: a spread object, a cast, a value from elsewhere. */
const allowed: Record<keyof LogFields, true> = {
  event: true,
  request_id: true,
  method: true,
  route: true,
  status: true,
  code: true,
  reason: true,
  tenant: true,
  limit: true,
  faults: true,
  count: true,
}
const longest = 1_000

export function log(level: 'info' | 'warn' | 'error', fields: LogFields): void {
  const kept = Object.entries(fields).flatMap(([name, value]) => {
    if (!Object.hasOwn(allowed, name)) return []
    if (typeof value === 'string') return [[name, value.slice(0, longest)]]
    return typeof value === 'number' ? [[name, value]] : []
  })
  console[level](JSON.stringify({ level, ...Object.fromEntries(kept) }))
}
