import { neon, neonConfig } from '@neondatabase/serverless'

/** Floor: one statement that reads one row by its key, through Neon's own driver. */
export const neonRead: ExportedHandler<Env> = {
  async fetch(request, env) {
    neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT
    const id = new URL(request.url).searchParams.get('id')
    const [row] = await neon(env.DATABASE_URL)`select id, email from users where id = ${id}`
    return row ? Response.json(row) : new Response(null, { status: 404 })
  },
}
