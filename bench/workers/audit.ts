import { neon, neonConfig } from '@neondatabase/serverless'
import { sealAudit } from '../../src/audit/seal.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { connect } from '../../src/database/connect.ts'
import { livePorts } from '../../src/edge/live-ports.ts'
import { newMeter, type Ports } from '../../src/ports.ts'

/** Seals all that waits, as the scheduled handler does run by run. */
export const sealTrail: ExportedHandler<Env> = {
  async fetch(_request, env, execution) {
    const ports = portsOf(env, execution)
    for (;;) {
      const { rows } = await sealAudit(ports)
      if (rows === 0) return new Response('sealed')
    }
  },
}

/** The product's own check of the whole trail. */
export const verifyTrail: ExportedHandler<Env> = {
  async fetch(_request, env, execution) {
    return Response.json(await verifyAudit(portsOf(env, execution)))
  },
}

/** Floor: the rows of the trail as text, ten thousand at a time, read and parsed through Neon's own driver. */
export const readTrail: ExportedHandler<Env> = {
  async fetch(_request, env) {
    neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT
    const query = neon(env.DATABASE_URL)
    let rows = 0
    for (let seal = 1; ; seal += 5) {
      const [page] =
        await query`select json_agg(json_build_array(id::text, tenant_id::text, user_id::text,
          session_id::text, action, outcome, reason, encode(origin, 'hex'), request_id, details::text,
          extract(epoch from occurred_at)::text))::text as events
        from audit_events where seal between ${seal} and ${seal + 4}`
      if (!page?.events) return Response.json({ rows })
      rows += (JSON.parse(page.events) as unknown[]).length
    }
  },
}

/** Without a time limit of one request: here the whole trail is checked in one. */
function portsOf(env: Env, execution: ExecutionContext): Ports {
  const { provision } = livePorts(env, execution)
  if (!provision) throw new Error('misconfigured')
  const { ports } = provision
  const database = connect(ports.config.database, newMeter(), { at: Number.MAX_SAFE_INTEGER })
  return { ...ports, database }
}
