/** A host label (RFC 1123 §2.1): a tenant may be served under one. */
export const slugShape = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
