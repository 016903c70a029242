import { site } from '../support/site.ts'

/** Whoever administers may not be without a second factor. */
export async function makeAdministrator(email: string): Promise<void> {
  await site().database.query(
    `update users set roles = '{member,admin}', authority_version = authority_version + 1 where email = $1`,
    [email],
  )
}
