/** A KV namespace as workerd asks for one over HTTP: in memory, strongly consistent, without expiry. */
const values = new Map()

export default {
  /** @param {Request} request */
  async fetch(request) {
    const key = new URL(request.url).pathname
    if (request.method === 'PUT') values.set(key, await request.arrayBuffer())
    if (request.method === 'DELETE') values.delete(key)
    if (request.method !== 'GET') return new Response(null)
    const value = values.get(key)
    return value ? new Response(value) : new Response(null, { status: 404 })
  },
}
