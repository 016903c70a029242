import type { Client } from '../../sdk/src/index.ts'
import { patiently } from './patiently.ts'
import type { Terminal } from './terminal.ts'

/** Checks the whole trail, part by part. True where it holds. */
export async function verifyTrail(
  client: Pick<Client, 'admin'>,
  terminal: Pick<Terminal, 'note' | 'progress' | 'say'>,
): Promise<boolean> {
  for (let from = 1; ; ) {
    const part = await patiently(
      () => client.admin.verifyAudit({ from_seal: from }),
      (waiting) => terminal.note(waiting),
    )
    if (!part.ok) {
      const row = part.first_bad_id ? `, first bad row ${part.first_bad_id}` : ''
      terminal.say(`The trail does not hold: ${part.reason}, seal ${part.seal ?? 'unknown'}${row}.`)
      return false
    }
    const through = from + part.seals - 1
    if (part.next_seal !== null) {
      terminal.progress(`Holds up to seal ${through}.`)
      from = part.next_seal
      continue
    }
    terminal.say(through < 1 ? 'Nothing is sealed yet.' : `The trail holds up to seal ${through}.`)
    if (part.anchored === null) {
      terminal.note(
        'No copy of the last seal lies outside the database: a cut tail would go unseen.',
      )
    }
    return true
  }
}
