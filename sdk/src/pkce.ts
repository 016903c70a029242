/** What a platform without WebCrypto (React Native) brings along. */
export interface Digests {
  randomBytes(count: number): Uint8Array
  sha256(text: string): Promise<Uint8Array>
}

export const webDigests: Digests = {
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  sha256: async (text) =>
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
}

/** 256 random bits. */
export function randomText({ randomBytes }: Digests): string {
  return base64url(randomBytes(32))
}

/** RFC 7636 §4: the service sees the challenge, and the verifier at the end only. */
export async function newProof(digests: Digests): Promise<{ verifier: string; challenge: string }> {
  const verifier = randomText(digests)
  return { verifier, challenge: base64url(await digests.sha256(verifier)) }
}

export function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
