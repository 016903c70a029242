import { neon, neonConfig } from '@neondatabase/serverless'

/** Floor: lines of JSON written by one statement, as they are, into a table with the indexes of the accounts. */
export const neonInsert: ExportedHandler<Env> = {
  async fetch(request, env) {
    neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT
    const lines = (await request.text()).trimEnd().split('\n')
    const rows = await neon(env.DATABASE_URL)`
      insert into bench_users (id, tenant_id, status, email, email_verified_at, first_name, last_name)
      select gen_random_uuid(), '00000000-0000-7000-8000-000000000001', 'active', email, now(), first_name, last_name
      from jsonb_to_recordset(${`[${lines.join(',')}]`}::jsonb) as l (email text, first_name text, last_name text)
      on conflict do nothing returning id`
    return Response.json({ created: rows.length })
  },
}
