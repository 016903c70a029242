import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { denial as policy } from '../policy.ts'
import { toBytea } from '../tokens/encoding.ts'
import { newSecret } from '../tokens/secret.ts'

/** The link "this was not me" of a letter about a change: whoever reads the letter can take the change back. */
export interface Denial {
  token: string
  /**
   * `INSERT` for the statement that makes the change and writes its letter.
   * @param from row source in which `told` (tenant_id, user_id, letter) stands
   * @param factorId the factor that was added, if one was
   */
  insert(from: SQL, factorId?: SQL): SQL
}

export async function newDenial(): Promise<Denial> {
  const { text, hash } = await newSecret('denial')
  return {
    token: text,
    insert: (from, factorId = sql`null::uuid`) =>
      sql`insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, payload, expires_at)
        select ${uuidv7()}::uuid, told.tenant_id, told.user_id, 'deny', ${toBytea(hash)}::bytea,
          jsonb_build_object('letter', told.letter, 'factor_id', ${factorId}),
          now() + make_interval(secs => ${policy.linkLife})
        from ${from} where told.letter <> 'none'
        on conflict (id) do nothing`,
  }
}
