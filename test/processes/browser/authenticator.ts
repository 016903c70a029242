import type { CDPSession, Page } from 'puppeteer-core'

/** A key that the browser believes to be plugged in or built in. */
export interface Authenticator {
  /** Its only credential, as it is inside, private key included. */
  credential(): Promise<Inside>
  /** Puts this into the place of what it has: a copy that was made earlier, as far as anybody can tell. */
  restore(credential: Inside): Promise<void>
}

type Inside = Awaited<ReturnType<typeof inside>>

const natures = {
  // Built in: finds its credentials by itself and verifies its user.
  phone: {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  },
  // A plain stick: somebody touches it, it does not know who.
  stick: {
    protocol: 'ctap2',
    transport: 'usb',
    hasResidentKey: false,
    hasUserVerification: false,
  },
} as const

/** Gives a page a key, which stays through its navigations (CDP domain `WebAuthn`). */
export async function plugIn(page: Page, nature: keyof typeof natures): Promise<Authenticator> {
  const session = await page.createCDPSession()
  await session.send('WebAuthn.enable')
  const options = { ...natures[nature], automaticPresenceSimulation: true }
  const added = await session.send('WebAuthn.addVirtualAuthenticator', { options })
  const { authenticatorId } = added
  return {
    credential: () => inside(session, authenticatorId),
    restore: async (credential) => {
      await session.send('WebAuthn.clearCredentials', { authenticatorId })
      await session.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
  }
}

async function inside(session: CDPSession, authenticatorId: string) {
  const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId })
  const [credential, ...others] = credentials
  if (!credential || others.length > 0) throw new Error(`${credentials.length} instead of one`)
  return credential
}
