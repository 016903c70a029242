import { Link } from '../router.tsx'
import { Page } from '../ui/page.tsx'
import type { Outcome } from './redeeming.ts'
import { sayMailed } from './words/words.ts'

/** What came of a link, and the ways on from there. */
export function Ended({ outcome: { title, text, value, ways, Form } }: { outcome: Outcome }) {
  return (
    <Page title={sayMailed(title)}>
      <p>{sayMailed(text, value)}</p>
      {Form && <Form />}
      {ways.map(({ to, word }, index) => (
        <Link key={to} to={to} kind={index === 0 && !Form ? 'primary' : 'plain'}>
          {sayMailed(word)}
        </Link>
      ))}
    </Page>
  )
}
