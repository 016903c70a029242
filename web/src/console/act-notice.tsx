import { Notice } from '../ui/notice.tsx'
import type { Act } from './use-act.ts'

/** What came of the last act. */
export function ActNotice({ of: { sending, done } }: { of: Act }) {
  return (
    <>
      <Notice refusal={sending.refusal} />
      <p role="status" className="done">
        {done}
      </p>
    </>
  )
}
