import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'

interface ButtonProps {
  children: ReactNode
  kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  type?: 'button' | 'submit'
  /** Something is under way: it stays focusable, and a second press does nothing. */
  isPending?: boolean
  isDisabled?: boolean
  onPress?: () => void
}

export function Button({ kind = 'plain', type = 'button', isPending, ...props }: ButtonProps) {
  // Not React Aria's own: what it announces then is an image without a name.
  const className = `button ${kind} ${isPending ? 'pending' : ''}`
  return <AriaButton className={className} type={type} {...props} />
}
