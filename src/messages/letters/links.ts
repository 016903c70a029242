import { defaultTenantSlug } from '../../tenants/tenant.ts'

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
  acceptInvitation(token: string): string
  changeEmail(token: string): string
  undoEmail(token: string): string
}

/** @param slug of the tenant: a page of another than the default one is told whose it is */
export function linksOf(publicUrl: string, slug: string): Links {
  const tenant = slug === defaultTenantSlug ? '' : `?tenant=${slug}`
  const page = (path: string) => `${publicUrl}/${path}${tenant}`
  const redeem = (path: string) => (token: string) =>
    `${page(path)}#token=${encodeURIComponent(token)}`
  return {
    signIn: page('login'),
    forgotPassword: page('forgot-password'),
    verifyEmail: redeem('verify-email'),
    recover: redeem('recover'),
    cancelRecovery: redeem('recover/cancel'),
    denyChange: redeem('recover/not-me'),
    acceptInvitation: redeem('accept-invitation'),
    changeEmail: redeem('email/confirm'),
    undoEmail: redeem('email/undo'),
    magicLink: redeem('magic-link'),
    resetPassword: redeem('reset-password'),
  }
}
