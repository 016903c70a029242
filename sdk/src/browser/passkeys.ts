import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser'
import type { Answer } from '../calls.ts'
import type { Client } from '../client.ts'
import { GatehouseError } from '../error.ts'

export interface PasskeyPrompts {
  isSupported(): boolean
  /** Whether keys can be offered in the suggestions of a field (`autocomplete="username webauthn"`). */
  isAutofillSupported(): Promise<boolean>
  /**
   * Signs in. `autofill` shows nothing until the person picks a key from the suggestions of a field, and waits as long as
   * the page does; a later prompt takes its place. Throws `PASSKEY_CANCELLED`, `PASSKEY_UNAVAILABLE`.
   */
  signIn(options?: {
    email?: string
    autofill?: boolean
  }): Promise<Answer<'POST /api/v1/auth/webauthn/login/verify'>>
  /** Makes a key and binds it to the account. `token`: of an enrolment that a sign-in asked for. */
  add(options?: {
    kind?: 'passkey' | 'security_key'
    name?: string
    token?: string
  }): Promise<Answer<'POST /api/v1/auth/webauthn/register/verify'>>
  /** Shows a key as the second factor: of a sign-in with its `mfa_token`, otherwise as a step-up. */
  prove(options?: {
    mfaToken?: string
    rememberDevice?: boolean
  }): Promise<Answer<'POST /api/v1/auth/mfa/verify'>>
  /** Ends a prompt that waits, as `autofill` does. */
  cancel(): void
}

/** The prompts of the browser for passkeys and security keys. */
export function passkeyPrompts(client: Pick<Client, 'passkeys' | 'mfa'>): PasskeyPrompts {
  return {
    isSupported: browserSupportsWebAuthn,
    isAutofillSupported: browserSupportsWebAuthnAutofill,
    cancel: () => WebAuthnAbortService.cancelCeremony(),

    async signIn({ email, autofill = false } = {}) {
      const { challenge_id, options } = await client.passkeys.loginOptions(email ? { email } : {})
      const credential = await prompted(
        startAuthentication({ optionsJSON: options as never, useBrowserAutofill: autofill }),
      )
      return client.passkeys.login({ challenge_id, credential: answerOf(credential) })
    },

    async add({ kind = 'passkey', name, token } = {}) {
      const given = token ? { token } : {}
      const { challenge_id, options } = await client.passkeys.registerOptions({ kind }, given)
      const { id, rawId, type, response } = await prompted(
        startRegistration({ optionsJSON: options as never }),
      )
      const { clientDataJSON, attestationObject, transports } = response
      const credential = {
        id,
        rawId,
        type,
        response: { clientDataJSON, attestationObject, ...(transports ? { transports } : {}) },
      }
      const made = { challenge_id, credential, ...(name ? { name } : {}) }
      return client.passkeys.register(made, given)
    },

    async prove({ mfaToken, rememberDevice } = {}) {
      const pending = mfaToken ? { mfa_token: mfaToken } : {}
      const sent = await client.mfa.challenge({ type: 'webauthn', ...pending })
      const options = 'options' in sent ? sent.options : {}
      const credential = await prompted(startAuthentication({ optionsJSON: options as never }))
      const remember = rememberDevice === undefined ? {} : { remember_device: rememberDevice }
      const shown = { type: 'webauthn', credential: answerOf(credential), ...remember }
      return client.mfa.verify({ ...shown, ...pending })
    },
  }
}

type Assertion = Awaited<ReturnType<typeof startAuthentication>>

/** What the service takes of it: members that are not named are refused. */
function answerOf({ id, rawId, type, response }: Assertion) {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  const user = userHandle === undefined ? {} : { userHandle }
  return { id, rawId, type, response: { clientDataJSON, authenticatorData, signature, ...user } }
}

/** Browsers say `NotAllowedError` for a closed prompt and for the end of its time alike. */
async function prompted<T>(prompt: Promise<T>): Promise<T> {
  return prompt.catch((cause: unknown) => {
    const { name, code } = cause as { name?: string; code?: string }
    const isCancelled =
      name === 'NotAllowedError' || name === 'AbortError' || code === 'ERROR_CEREMONY_ABORTED'
    throw new GatehouseError(isCancelled ? 'PASSKEY_CANCELLED' : 'PASSKEY_UNAVAILABLE', { cause })
  })
}
