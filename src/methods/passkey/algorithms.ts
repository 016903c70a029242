/** COSE algorithms that are offered and taken, the preferred first: Ed25519, ES256, RS256 (WebAuthn L3 §5.4). */
export const algorithms = [-8, -7, -257]
