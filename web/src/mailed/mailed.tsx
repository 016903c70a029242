import { isGatehouseError } from 'gatehouse-client'
import { useState } from 'react'
import { SendingForm } from '../forms/sending-form.tsx'
import { useSending } from '../forms/use-sending.ts'
import { usePath } from '../router.tsx'
import { Page } from '../ui/page.tsx'
import { Ended } from './ended.tsx'
import { type Outcome, type Redeeming, redeemings } from './redeeming.ts'
import { useMailedToken } from './token.ts'
import { sayMailed } from './words/words.ts'

/** The page of a mailed link that asks for nothing but a yes. */
export function Mailed() {
  const redeeming = redeemings[usePath()]
  const token = useMailedToken()
  if (!redeeming) return null
  if (!token) {
    const { another } = redeeming
    return <Ended outcome={{ title: 'incomplete', text: 'incompleteText', ...another }} />
  }
  return <Ask key={token} token={token} redeeming={redeeming} />
}

interface AskProps {
  token: string
  redeeming: Redeeming
}

function Ask({ token, redeeming: { title, text, submit, redeem, refused } }: AskProps) {
  const sending = useSending()
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  async function run(): Promise<void> {
    try {
      setOutcome(await redeem(token))
    } catch (error) {
      const end = isGatehouseError(error) ? refused[error.code] : undefined
      if (!end) throw error
      setOutcome(end)
    }
  }

  if (outcome) return <Ended outcome={outcome} />
  return (
    <Page title={sayMailed(title)}>
      <p>{sayMailed(text)}</p>
      <SendingForm sending={sending} submit={sayMailed(submit)} onSubmit={run}>
        {null}
      </SendingForm>
    </Page>
  )
}
