import type { z } from 'zod'

/** What a route asks of a schema when it is registered: whether it is one. */
const askedEarly: ReadonlySet<PropertyKey> = new Set([
  'parse',
  'safeParse',
  'parseAsync',
  'safeParseAsync',
])

/**
 * A schema that is built when it is first used. There are some hundreds of them, and building all of them would be a
 * sixth of what an isolate does before its first request, which needs three.
 */
export function lazily<T extends z.ZodType>(build: () => T): T {
  let built: T | undefined
  function schema(): T {
    built ??= build()
    return built
  }
  return new Proxy({} as T, {
    get(_, key) {
      if (!askedEarly.has(key)) return Reflect.get(schema(), key)
      return (value: unknown) => schema()[key as 'parse'](value)
    },
    has: (_, key) => Reflect.has(schema(), key),
    getPrototypeOf: () => Reflect.getPrototypeOf(schema()),
  })
}
