/**
 * The library that verifies WebAuthn, loaded with the first answer of an authenticator: it brings ASN.1, X.509 and
 * reflection, which a Worker that only checks passwords and tokens need not run at its start.
 * The promise is not kept: the runtime keeps the module, and a promise of one request must not serve another.
 */
export async function loadLibrary() {
  const [verify, helpers] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ])
  return {
    verifyRegistrationResponse: verify.verifyRegistrationResponse,
    verifyAuthenticationResponse: verify.verifyAuthenticationResponse,
    decodeAttestationObject: helpers.decodeAttestationObject,
    verifySignature: helpers.verifySignature,
  }
}
