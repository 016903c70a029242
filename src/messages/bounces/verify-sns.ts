import { utf8 } from '../../tokens/encoding.ts'
import { signingKey } from './signing-certificate.ts'
import { type SnsMessage, signedText } from './sns-message.ts'

export interface SnsTrust {
  /** The one topic that may speak to us. */
  topicArn: string
  region: string
}

/** Answers the PEM text, or null where there is no such file. May throw where the host does not answer. */
export type FetchCertificate = (url: string) => Promise<string | null>

/** Milliseconds. An older delivery is a replay: SNS repeats a failed one for minutes. */
const longestAge = 60 * 60 * 1_000
/** Milliseconds that the clock of SNS may be ahead. */
const skew = 5 * 60 * 1_000

/**
 * True where SNS sent this message, for our topic, within the last hour.
 * The topic is what counts: anybody with an AWS account can make SNS sign a message, for a topic of their own.
 * All that costs nothing is checked first, so that junk makes no outbound call.
 * @param now milliseconds since 1970
 */
export async function verifySns(
  message: SnsMessage,
  trust: SnsTrust,
  now: number,
  fetchCertificate: FetchCertificate,
): Promise<boolean> {
  // Version 1 is SHA-1: the topic is set to 2.
  if (message.SignatureVersion !== '2') return false
  if (message.TopicArn !== trust.topicArn) return false
  if (!isFresh(message.Timestamp, now)) return false
  if (!isCertificateUrl(message.SigningCertURL, trust.region)) return false

  const pem = await fetchCertificate(message.SigningCertURL)
  const key = pem && (await signingKey(pem, trust.region, now))
  if (!key) return false
  const signature = Uint8Array.from(atob(message.Signature), (character) => character.charCodeAt(0))
  return crypto.subtle.verify('RSASSA-PKCS1-v1_5', key, signature, utf8(signedText(message)))
}

function isFresh(timestamp: string, now: number): boolean {
  const age = now - Date.parse(timestamp)
  return age <= longestAge && age >= -skew
}

function isCertificateUrl(url: string, region: string): boolean {
  return isSnsUrl(url, region) && /^\/[\w-]+\.pem$/.test(new URL(url).pathname) && !/[?#]/.test(url)
}

/** Exactly the SNS host of the region: a suffix rule would let `sns.region.amazonaws.com.evil.example` by. */
export function isSnsUrl(url: string, region: string): boolean {
  if (!URL.canParse(url)) return false
  const { origin, username, password } = new URL(url)
  return origin === `https://sns.${region}.amazonaws.com` && username === '' && password === ''
}
