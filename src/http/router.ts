import {
  MESSAGE_MATCHER_IS_ALREADY_BUILT,
  METHOD_NAME_ALL,
  type Result,
  type Router,
} from 'hono/router'
import { LinearRouter } from 'hono/router/linear-router'
import { RegExpRouter } from 'hono/router/reg-exp-router'

/**
 * A fixed path is served before a pattern is tried. Hono's fastest router refuses the one beside the other where both
 * begin alike (`/users/import` beside `/users/:id/sessions`): it has the patterns. Fixed paths are found once by the
 * router that costs nothing to fill, and remembered.
 */
export class FixedFirstRouter<T> implements Router<T> {
  name = 'FixedFirstRouter'
  #fixed = new LinearRouter<T>()
  #patterns = new RegExpRouter<T>()
  /** By method and fixed path; null until it is first asked for. */
  #found = new Map<string, Result<T> | null>()
  #serves = false

  add(method: string, path: string, handler: T): void {
    if (this.#serves) throw new Error(MESSAGE_MATCHER_IS_ALREADY_BUILT)
    const isForMany = method === METHOD_NAME_ALL || path.includes('*')
    const isFixed = !isForMany && !path.includes(':')
    if (isFixed) this.#found.set(`${method} ${path}`, null)
    if (isFixed || isForMany) this.#fixed.add(method, path, handler)
    if (!isFixed) this.#patterns.add(method, path, handler)
  }

  match(method: string, path: string): Result<T> {
    this.#serves = true
    const key = `${method} ${path}`
    const found = this.#found.get(key)
    if (found) return found
    if (found === undefined) return this.#patterns.match(method, path)
    const result = this.#fixed.match(method, path)
    this.#found.set(key, result)
    return result
  }
}
