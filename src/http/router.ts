import { METHOD_NAME_ALL, type Result, type Router } from 'hono/router'
import { RegExpRouter } from 'hono/router/reg-exp-router'

/**
 * Hono's fastest router, which refuses a fixed path beside a pattern of the same start (`/users/import` beside
 * `/users/:id/sessions`): so each kind has one of its own, and a fixed path is served before a pattern is tried.
 */
export class FixedFirstRouter<T> implements Router<T> {
  name = 'FixedFirstRouter'
  #fixed = new RegExpRouter<T>()
  #patterns = new RegExpRouter<T>()
  #served = new Set<string>()

  add(method: string, path: string, handler: T): void {
    const isForMany = method === METHOD_NAME_ALL || path.includes('*')
    const isFixed = !isForMany && !path.includes(':')
    if (isFixed) this.#served.add(`${method} ${path}`)
    if (isFixed || isForMany) this.#fixed.add(method, path, handler)
    if (!isFixed) this.#patterns.add(method, path, handler)
  }

  match(method: string, path: string): Result<T> {
    const router = this.#served.has(`${method} ${path}`) ? this.#fixed : this.#patterns
    return router.match(method, path)
  }
}
