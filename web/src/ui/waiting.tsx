import { say } from '../words/words.ts'

/** Stands for a page whose script is on its way. */
export function Waiting() {
  return (
    <main className="card">
      <p className="brand">Gatehouse</p>
      <p role="status">{say('loading')}</p>
    </main>
  )
}
