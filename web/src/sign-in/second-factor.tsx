import type { MfaChallenge } from 'gatehouse-client'
import { AnyProof } from '../factors/any-proof.tsx'
import { Link } from '../router.tsx'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { say } from '../words/words.ts'

interface SecondFactorProps {
  challenge: MfaChallenge
  onBack: () => void
}

/** What the account asks for beside the first proof: any of its factors. */
export function SecondFactor({ challenge, onBack }: SecondFactorProps) {
  return (
    <Page title={say('secondStep')}>
      <AnyProof types={challenge.mfa_types} mfaToken={challenge.mfa_token} />
      <p>
        <Link to="/recover/request">{say('lostFactor')}</Link>
      </p>
      <Button kind="quiet" onPress={onBack}>
        {say('back')}
      </Button>
    </Page>
  )
}
