/** A host label (RFC 1123 §2.1): a tenant may be served under one. */
export const slugShape = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** Names that people take for the service itself. */
const reserved = new Set(
  'account accounts admin api app assets auth docs help id login mail oauth root security signin sso static status support system www'.split(
    ' ',
  ),
)
const isId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** Whether somebody may take a slug: none that looks like an id, like another script (RFC 5890), or like the service. */
export function isFreeToTake(slug: string): boolean {
  return slugShape.test(slug) && !isId.test(slug) && !slug.startsWith('xn--') && !reserved.has(slug)
}
