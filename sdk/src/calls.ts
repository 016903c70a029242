import type { Operations } from './api.ts'
import type { RouteOf, routes } from './routes.ts'

export interface CallOptions {
  signal?: AbortSignal
  /** Another access token than that of the session: an `enrollment_token`. */
  token?: string
  headers?: Record<string, string>
  /** Milliseconds until the call is given up; the client's own otherwise. */
  timeout?: number
}

type Method<R> = R extends `${infer M} ${string}` ? M : never

/** One string for each parameter of the path, in its order. */
type Parameters<R> = R extends `${string}{${string}}${infer Rest}`
  ? [value: string, ...Parameters<Rest>]
  : []

/** A GET takes its query, everything else its body. */
type Input<R extends keyof Operations> =
  Method<R> extends 'GET' ? Part<Operations[R], 'query'> : Part<Operations[R], 'body'>

type Part<O, K extends string> = O extends { [P in K]: infer V }
  ? V
  : O extends { [P in K]?: infer V }
    ? V | undefined
    : undefined

type IsOptional<T> = undefined extends T ? true : object extends T ? true : false

export type Answer<R extends keyof Operations> = Operations[R]['answer']

export type Call<R extends keyof Operations> =
  IsOptional<Input<R>> extends true
    ? (
        ...given: [...Parameters<R>, input?: Input<R> | undefined, options?: CallOptions]
      ) => Promise<Answer<R>>
    : (...given: [...Parameters<R>, input: Input<R>, options?: CallOptions]) => Promise<Answer<R>>

type CallsOf<T> = T extends string ? Call<RouteOf<T>> : { readonly [K in keyof T]: CallsOf<T[K]> }

/** A method for each route. */
export type Calls = CallsOf<typeof routes>

/** One request, before it is turned into HTTP. */
export interface Asked {
  method: string
  path: string
  /** Whether the access token of the session goes along. */
  bearer: boolean
  query?: Record<string, unknown> | undefined
  body?: unknown
}

/** An answer, once it has come to its end. */
export interface Received extends Pick<Response, 'ok' | 'status' | 'headers'> {
  text: string
}

type Ask = (asked: Asked, options: CallOptions) => Promise<unknown>

/** The methods of the table `routes`, each of which is one `ask`. */
export function callsOf(table: typeof routes, ask: Ask): Calls {
  return group(table, ask) as Calls
}

interface Table {
  readonly [name: string]: string | Table
}

function group(table: Table, ask: Ask): object {
  return Object.fromEntries(
    Object.entries(table).map(([name, entry]) => [
      name,
      typeof entry === 'string' ? callOf(entry, ask) : group(entry, ask),
    ]),
  )
}

function callOf(entry: string, ask: Ask): (...given: unknown[]) => Promise<unknown> {
  const [method = '', template = '', mark] = entry.split(' ')
  const count = template.split('{').length - 1
  return (...given) => {
    let next = 0
    const path = template.replace(/\{\w+\}/g, () => encodeURIComponent(String(given[next++])))
    const [input, options = {}] = given.slice(count) as [object | string | undefined, CallOptions?]
    const isPending = typeof input === 'object' && 'mfa_token' in input
    const bearer = mark === '*' || (mark === '?' && !isPending)
    const isRead = method === 'GET'
    return ask(
      {
        method,
        path,
        bearer,
        query: isRead ? (input as Record<string, unknown> | undefined) : undefined,
        body: isRead ? undefined : input,
      },
      options,
    )
  }
}
