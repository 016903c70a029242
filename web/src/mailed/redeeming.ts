import { type ErrorCode, isGatehouseError } from 'gatehouse-client'
import type { ComponentType } from 'react'
import { client } from '../client.ts'
import { when } from '../ui/when.ts'
import { AnotherLink } from './another-link.tsx'
import type { Word } from './words/words.ts'

/** A page that the next step leads to. */
interface Way {
  to: string
  word: Word
}

/** How it has ended, and how it goes on. */
export interface Outcome {
  title: Word
  text: Word
  /** What the text speaks of. */
  value?: string
  ways: readonly Way[]
  Form?: ComponentType
}

/** What one kind of mailed link asks for, and what comes of it. Nothing is spent before somebody presses the button. */
export interface Redeeming {
  title: Word
  text: Word
  submit: Word
  redeem(token: string): Promise<Outcome>
  /** Where the link is used up or too old, or was cut off by the mail program. */
  another: Pick<Outcome, 'ways' | 'Form'>
  refused: Partial<Record<ErrorCode, Outcome>>
}

const signIn: Way = { to: '/login', word: 'signIn' }
const toAccount: Way = { to: '/account', word: 'toAccount' }
const choosePassword: Way = { to: '/forgot-password', word: 'choosePassword' }
const recover: Way = { to: '/recover/request', word: 'recover' }

export const redeemings: Record<string, Redeeming> = {
  '/verify-email': {
    title: 'verify',
    text: 'verifyText',
    submit: 'verifyAct',
    async redeem(token) {
      const { password_set: isPasswordSet } = await client.verifyEmail({ token })
      if (isPasswordSet) return { title: 'verified', text: 'verifiedText', ways: [signIn] }
      // It was registered more than once, so that none of the passwords counts.
      return { title: 'verified', text: 'verifiedWithoutPassword', ways: [choosePassword] }
    },
    another: { ways: [signIn], Form: AnotherLink },
    refused: { TOKEN_INVALID: outdated('verifyOutdated', [signIn], AnotherLink) },
  },
  '/email/confirm': {
    title: 'newEmail',
    text: 'newEmailText',
    submit: 'verifyAct',
    async redeem(token) {
      await client.me.verifyEmail({ token })
      return { title: 'emailChanged', text: 'emailChangedText', ways: [toAccount] }
    },
    another: { ways: [toAccount] },
    refused: {
      TOKEN_INVALID: outdated('newEmailOutdated', [toAccount]),
      USER_EXISTS: { title: 'emailTaken', text: 'emailTakenText', ways: [toAccount] },
    },
  },
  '/email/undo': {
    title: 'undoEmail',
    text: 'undoEmailText',
    submit: 'undoEmailAct',
    async redeem(token) {
      await client.me.undoEmail({ token })
      return { title: 'emailRestored', text: 'emailRestoredText', ways: [] }
    },
    another: { ways: [recover] },
    refused: {
      TOKEN_INVALID: outdated('undoEmailOutdated', [recover]),
      USER_EXISTS: { title: 'emailTaken', text: 'undoEmailTaken', ways: [recover] },
    },
  },
  '/recover/cancel': {
    title: 'cancelRecovery',
    text: 'cancelRecoveryText',
    submit: 'cancelRecoveryAct',
    async redeem(token) {
      await client.recovery.cancel({ token })
      return { title: 'recoveryCancelled', text: 'recoveryCancelledText', ways: [signIn] }
    },
    another: { ways: [signIn, recover] },
    refused: { TOKEN_INVALID: outdated('cancelRecoveryOutdated', [signIn, recover]) },
  },
  '/recover/complete': {
    title: 'finishRecovery',
    text: 'finishRecoveryText',
    submit: 'finishRecoveryAct',
    async redeem(token) {
      try {
        await client.recovery.complete({ token })
        return { title: 'recovered', text: 'recoveredText', ways: [signIn] }
      } catch (error) {
        if (!isGatehouseError(error, 'RECOVERY_PENDING')) throw error
        const value = when(String(error.extensions.completes_at))
        return { title: 'recoveryWaits', text: 'recoveryWaitsText', value, ways: [] }
      }
    },
    another: { ways: [recover] },
    refused: { TOKEN_INVALID: outdated('finishRecoveryOutdated', [recover]) },
  },
  '/recover/not-me': {
    title: 'notMe',
    text: 'notMeText',
    submit: 'notMeAct',
    async redeem(token) {
      await client.recovery.notMe({ token })
      return { title: 'denied', text: 'deniedText', ways: [] }
    },
    another: { ways: [recover] },
    refused: { TOKEN_INVALID: outdated('notMeOutdated', [recover]) },
  },
  '/accept-invitation': {
    title: 'invitation',
    text: 'invitationText',
    submit: 'invitationAct',
    async redeem(token) {
      const { user_created: isNew } = await client.tenants.acceptInvitation({ token })
      if (isNew) return { title: 'accepted', text: 'acceptedNew', ways: [choosePassword, signIn] }
      return { title: 'accepted', text: 'acceptedText', ways: [signIn] }
    },
    another: { ways: [signIn] },
    refused: {
      TOKEN_INVALID: outdated('invitationOutdated', [signIn]),
      ACCOUNT_DISABLED: { title: 'disabled', text: 'disabledText', ways: [] },
    },
  },
}

function outdated(text: Word, ways: Outcome['ways'], Form?: ComponentType): Outcome {
  return { title: 'outdated', text, ways, ...(Form ? { Form } : {}) }
}
