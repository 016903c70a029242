import type { SQL } from 'drizzle-orm'
import { AuthError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import type { OutboxRow } from '../../messages/outbox.ts'
import { ConstraintError, type Ports } from '../../ports.ts'
import { type MayBeOvertaken, untilCurrent } from '../until-current.ts'

interface Moved extends MayBeOvertaken {
  [column: string]: unknown
  messages: OutboxRow[]
}

/**
 * Runs a statement that spends a link and gives its account an address, and sends the letters.
 *
 * @param statement made anew for each try; answers {@link Moved}, and no row where the link is none
 * Throws `TOKEN_INVALID_LINK`, `UNAVAILABLE`, and `USER_EXISTS` where the address has got another account meanwhile:
 * then the link is not spent.
 */
export async function moveAddress(
  ports: Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>,
  statement: () => Promise<SQL>,
): Promise<void> {
  const row = await untilCurrent(async () => {
    const [moved] = await ports.database.run<Moved>(await statement(), 'once')
    return moved
  }).catch((error: unknown) => {
    if (error instanceof ConstraintError) throw new AuthError('USER_EXISTS')
    throw error
  })
  if (!row) throw new AuthError('TOKEN_INVALID_LINK')
  deliverSoon(ports, row.messages)
}
