import { env } from 'cloudflare:workers'
import { readConfig } from '../../src/config.ts'
import { type Argon2Parameters, hashArgon2id } from '../../src/edge/argon2.ts'
import { argon2 } from '../../src/policy.ts'
import { hmac, utf8 } from '../../src/tokens/encoding.ts'
import { row } from './database.ts'

/** Cheaper than today's: as if the account had been made years ago. */
export const oldParameters = { memoryKiB: 8_192, passes: 1, lanes: 1 } as const

export interface Credential {
  hash: string
  pepper_id: string
}

export function credentialOf(email: string): Promise<Credential> {
  return row<Credential>(
    `select c.hash, c.pepper_id from password_credentials c join users u on u.id = c.user_id
     where u.email = $1`,
    [email],
  )
}

/** Gives an account a password past every rule, hashed with any parameters under the current pepper. */
export async function setPassword(
  email: string,
  password: string,
  parameters: Argon2Parameters = argon2,
): Promise<void> {
  const { config } = readConfig({ ...env })
  if (!config) throw new Error('no configuration')
  const pepper = config.keys.passwordPeppers.current
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const mac = await hmac(pepper.bytes, utf8(password.normalize('NFC')))
  const hash = hashArgon2id(utf8(toBase64(mac)), salt, parameters)
  await row(
    `update password_credentials c set hash = $2, pepper_id = $3 from users u
     where u.id = c.user_id and u.email = $1 returning c.user_id`,
    [email, phc(parameters, salt, hash), pepper.id],
  )
}

/** The PHC string format of Argon2. */
function phc({ memoryKiB, passes, lanes }: Argon2Parameters, salt: Uint8Array, hash: Uint8Array) {
  const [salted, hashed] = [salt, hash].map((bytes) => toBase64(bytes).replace(/=+$/, ''))
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${salted}$${hashed}`
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
