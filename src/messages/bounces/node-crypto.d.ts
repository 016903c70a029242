/**
 * The one class of Node that this folder needs; workerd has it (`nodejs_compat`). `@types/node` would bring `process`,
 * `Buffer` and other globals into code that must not use them.
 */
declare module 'node:crypto' {
  export class X509Certificate {
    /** Throws where the text is no certificate. */
    constructor(pem: string)
    /** One `TYPE=value` a line. */
    readonly subject: string
    readonly issuer: string
    /** As OpenSSL prints it: `Nov  1 00:00:00 2026 GMT`. */
    readonly validFrom: string
    readonly validTo: string
    readonly ca: boolean
    readonly publicKey: {
      readonly asymmetricKeyType?: string
      export(options: { type: 'spki'; format: 'der' }): Uint8Array<ArrayBuffer>
    }
  }
}
