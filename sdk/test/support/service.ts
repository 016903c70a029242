/** The real Worker of all tests of the client; `test/processes/browser/stack.ts` starts it. */
export interface Service {
  /** Where the Worker listens. */
  url: string
  /** What it takes itself for: issuer of tokens, host of links, origin of its pages. */
  publicUrl: string
  inbox: string
}

declare module 'vitest' {
  interface ProvidedContext {
    service: Service
  }
}
