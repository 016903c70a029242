import { say } from '../../words/words.ts'
import { sayProfile } from './words.ts'

interface AddressProps {
  value: string | null
  isProven: boolean
}

/** An address as the account has it now. */
export function Address({ value, isProven }: AddressProps) {
  if (!value) return <p>{say('notGiven')}</p>
  return (
    <p className="address">
      <strong>{value}</strong>{' '}
      <small>{isProven ? sayProfile('confirmed') : say('unconfirmed')}</small>
    </p>
  )
}
