import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { emailChange as policy } from '../../policy.ts'
import { toBytea } from '../../tokens/encoding.ts'
import { newSecret } from '../../tokens/secret.ts'

/** The link in a letter to the old address of an account: it brings the address back. */
export interface Undo {
  token: string
  /**
   * `INSERT` for the statement that writes its letter.
   * @param told row source of the letter (tenant_id, user_id, recipient, letter)
   * @param since when the change began: what was added from then on goes when it is undone
   */
  insert(told: SQL, since: SQL): SQL
}

export async function newUndo(): Promise<Undo> {
  const { text, hash } = await newSecret('undoEmail')
  return {
    token: text,
    insert: (told, since) =>
      sql`insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, payload, expires_at)
        select ${uuidv7()}::uuid, told.tenant_id, told.user_id, 'undo_email', ${toBytea(hash)}::bytea,
          jsonb_build_object('email', told.recipient, 'since', ${since}),
          now() + make_interval(secs => ${policy.undoLife})
        from ${told} as told where told.letter <> 'none'`,
  }
}
