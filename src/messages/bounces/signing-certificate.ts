import type { X509Certificate } from 'node:crypto'

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const smallestModulus = 2_048

/**
 * The key of a certificate that Amazon issued to SNS and that is valid now, or null.
 * The chain is not built: the file holds the leaf alone. What vouches for it is the TLS of the pinned Amazon host that
 * it was fetched from; the checks here refuse any other file of that host.
 * @param now milliseconds since 1970
 */
export async function signingKey(
  pem: string,
  region: string,
  now: number,
): Promise<CryptoKey | null> {
  const certificate = await parse(pem)
  if (!certificate || certificate.ca || !isValidAt(certificate, now)) return null
  if (!isNamed(certificate, region)) return null
  if (certificate.publicKey.asymmetricKeyType !== 'rsa') return null

  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  const key = await crypto.subtle.importKey('spki', spki, algorithm, false, ['verify'])
  const { modulusLength } = key.algorithm as { modulusLength?: number }
  return (modulusLength ?? 0) >= smallestModulus ? key : null
}

async function parse(pem: string): Promise<X509Certificate | null> {
  // Not at the start of an isolate: it brings most of Node's crypto.
  const { X509Certificate } = await import('node:crypto')
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo)
}

/** Newer regions sign as `sns-signing.<region>`, the others as `sns.amazonaws.com` (as AWS' own SDKs expect). */
function isNamed({ subject, issuer }: X509Certificate, region: string): boolean {
  const names = ['sns.amazonaws.com', `sns-signing.${region}.amazonaws.com`]
  const commonName = entries(subject).find((entry) => entry.startsWith('CN='))
  return names.some((name) => commonName === `CN=${name}`) && entries(issuer).includes('O=Amazon')
}

function entries(name: string): string[] {
  return name.split('\n').map((entry) => entry.trim())
}
