import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { provenByNumberAlone } from '../accounts/emptied.ts'
import { denial as policy } from '../policy.ts'
import { toBytea } from '../tokens/encoding.ts'
import { newSecret } from '../tokens/secret.ts'

/**
 * The link "this was not me" of a letter about a change: whoever reads the letter can take the change back. An address
 * that was only typed into the account of a number has no such say.
 */
export interface Denial {
  token: string
  /**
   * `INSERT` for the statement that makes the change and writes its letter.
   * @param from row source in which `told` (tenant_id, user_id, letter) stands
   * @param added what the change has added, if anything: it goes when the change is taken back
   */
  insert(from: SQL, added?: Added): SQL
}

/** Ids, or the number. */
type Added = { factor: SQL } | { identity: SQL } | { phone: SQL }

export async function newDenial(): Promise<Denial> {
  const { text, hash } = await newSecret('denial')
  return {
    token: text,
    insert: (from, added) =>
      sql`insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, payload, expires_at)
        select ${uuidv7()}::uuid, told.tenant_id, told.user_id, 'deny', ${toBytea(hash)}::bytea,
          jsonb_build_object('letter', told.letter${idsOf(added)}),
          now() + make_interval(secs => ${policy.linkLife})
        from ${from} where told.letter <> 'none'
          and not exists (select from users u where u.id = told.user_id and ${provenByNumberAlone(sql`u`)})
        on conflict (id) do nothing`,
  }
}

function idsOf(added: Added | undefined): SQL {
  if (!added) return sql``
  if ('factor' in added) return sql`, 'factor_id', ${added.factor}`
  if ('phone' in added) return sql`, 'phone', ${added.phone}`
  return sql`, 'identity_id', ${added.identity}`
}
