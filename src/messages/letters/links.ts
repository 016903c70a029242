/** The pages that letters point to. Only configuration decides the host: a request's Host header never does. */
export interface Links {
  signIn: string
  forgotPassword: string
  /** The token stands in the fragment: it reaches no server log, no proxy and no Referer. */
  verifyEmail(token: string): string
  resetPassword(token: string): string
  magicLink(token: string): string
  recover(token: string): string
  cancelRecovery(token: string): string
  denyChange(token: string): string
}

export function linksOf(publicUrl: string): Links {
  return {
    signIn: `${publicUrl}/login`,
    forgotPassword: `${publicUrl}/forgot-password`,
    verifyEmail: (token) => `${publicUrl}/verify-email#token=${encodeURIComponent(token)}`,
    recover: (token) => `${publicUrl}/recover#token=${encodeURIComponent(token)}`,
    cancelRecovery: (token) => `${publicUrl}/recover/cancel#token=${encodeURIComponent(token)}`,
    denyChange: (token) => `${publicUrl}/recover/not-me#token=${encodeURIComponent(token)}`,
    magicLink: (token) => `${publicUrl}/magic-link#token=${encodeURIComponent(token)}`,
    resetPassword: (token) => `${publicUrl}/reset-password#token=${encodeURIComponent(token)}`,
  }
}
