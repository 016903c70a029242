import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { FixedFirstRouter } from '../../src/http/router.ts'

const app = new Hono({ router: new FixedFirstRouter() })
  .use(async (c, next) => {
    await next()
    c.res.headers.append('Seen', 'all')
  })
  .use('/users/*', async (c, next) => {
    await next()
    c.res.headers.append('Seen', 'users')
  })
  .post('/users/:id/sessions', (c) => c.text(`sessions of ${c.req.param('id')}`))
  .get('/users/:id', (c) => c.text(`user ${c.req.param('id')}`))
  .post('/users/import', (c) => c.text('import'))
  .get('/users', (c) => c.text('list'))
  .all('/any', (c) => c.text(`any ${c.req.method}`))

it.each([
  ['POST', '/users/import', 'import', 'users, all'],
  ['POST', '/users/import/sessions', 'sessions of import', 'users, all'],
  ['GET', '/users/import', 'user import', 'users, all'],
  ['GET', '/users/7', 'user 7', 'users, all'],
  ['GET', '/users', 'list', 'users, all'],
  ['HEAD', '/users', '', 'users, all'],
  ['PUT', '/any', 'any PUT', 'all'],
  ['GET', '/any', 'any GET', 'all'],
  ['PUT', '/users/import', '404 Not Found', 'users, all'],
  ['POST', '/users/7', '404 Not Found', 'users, all'],
  ['GET', '/elsewhere', '404 Not Found', 'all'],
])('%s %s leads to "%s", past %s', async (method, path, text, seen) => {
  const answer = await app.request(path, { method })
  expect(await answer.text()).toBe(text)
  expect(answer.headers.get('Seen')).toBe(seen)
})

it('takes no route or middleware once it has served: what it remembers would go around it', async () => {
  await app.request('/users')
  expect(() => app.use(async (_, next) => next())).toThrow('already built')
})
