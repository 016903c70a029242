import { z } from 'zod'
import { AuthError, type FieldError } from '../../errors.ts'
import { importing as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { administer, toWrite } from '../authority.ts'
import { checkLine, type ImportedAccount, type Words } from './check-line.ts'
import { type Line, splitLines } from './split-lines.ts'
import { writeAccounts } from './write-accounts.ts'

const counted = { line: z.int() }

export const importSchema = () =>
  z.object({
    created: z.int(),
    exists: z.int(),
    refused: z.int(),
    /** One for each line that is not blank, in their order. */
    lines: z.array(
      z.union([
        z.object({ ...counted, status: z.literal('created'), id: z.uuid() }),
        z.object({ ...counted, status: z.literal('exists') }),
        z.object({
          ...counted,
          status: z.literal('refused'),
          errors: z.array(z.object({ field: z.string(), code: z.string(), message: z.string() })),
        }),
      ]),
    ),
  })

type Report = z.infer<ReturnType<typeof importSchema>>

/**
 * Takes over a batch of accounts, one a line. A line is taken whole or refused with its number; the others of its batch
 * are taken. An address or number that is there already leaves its account as it is, so that a batch can be sent again.
 * Throws `BODY_TOO_LARGE`, and as {@link import('../authority.ts').administer}.
 */
export async function importUsers(
  ports: Pick<Ports, 'clock' | 'database' | 'hasher'>,
  caller: Caller,
  body: Uint8Array,
  words: Words,
): Promise<Report> {
  const lines = splitLines(body)
  if (lines.length > policy.lines) {
    throw new AuthError('BODY_TOO_LARGE', { detail: `At most ${policy.lines} lines a request.` })
  }
  // A batch is a megabyte to read: who has no role by his token is asked for it before, not after.
  const { roles } = toWrite
  if (!caller.claims.roles.some((role) => roles.some((one) => one === role))) {
    await administer(ports, caller, toWrite, (administrator) => administrator)
  }
  const now = ports.clock.now()
  const checked = lines.map((line) => ({
    line,
    ...checkLine(caller.tenant.settings, line.bytes, now, words),
  }))
  const accepted = checked.flatMap((one) =>
    'account' in one ? [{ line: one.line.number, account: one.account }] : [],
  )
  const ids = await writeAccounts(ports, caller, accepted)
  const reports = checked.map((one) => reportOf(one, ids))
  const count = (status: string) => reports.filter((report) => report.status === status).length
  return {
    created: count('created'),
    exists: count('exists'),
    refused: count('refused'),
    lines: reports,
  }
}

type Checked = { line: Line } & ({ account: ImportedAccount } | { errors: FieldError[] })

function reportOf(one: Checked, ids: ReadonlyMap<number, string>): Report['lines'][number] {
  const line = one.line.number
  if ('errors' in one) return { line, status: 'refused', errors: one.errors }
  const id = ids.get(line)
  return id ? { line, status: 'created', id } : { line, status: 'exists' }
}
