import { fieldError } from '../../errors.ts'
import { profile } from '../../policy.ts'
import type { Checked } from './checked.ts'
import { isDisposable } from './disposable-domain.ts'
import { trimSpaces } from './trim-spaces.ts'

export interface EmailAddress {
  /** The one spelling of this mailbox: lower case, the domain in its ASCII form. */
  address: string
  domain: string
}

/** RFC 5321 §4.5.3.1.1, in octets. */
const longestLocalPart = 64

/** RFC 5322 §3.2.3 dot-atom. Quoted strings and comments are legal there, unused by people, and a home of header injection. */
const dotAtom = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/

/**
 * What a domain name may be typed with: letters, marks, digits, and the signs and joiners of RFC 5892 A.
 * A URL parser alone would drop tabs and line breaks, decode `%41` and stop at `/`, `?`, `#` and `:`.
 */
const typedDomain = /^(?:[\p{L}\p{M}\p{N}\u00b7\u0375\u05f3\u05f4\u30fb.-]|\u200c|\u200d)+$/u

/** RFC 1035 §2.3.1 labels, two at least; a top-level domain is letters or an IDNA label, so never an IP address. */
const asciiDomain =
  /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:[a-z]{2,63}|xn--[a-z\d-]{1,58}[a-z\d])$/

/**
 * Reads an address as RFC 5321/5322 and IDNA have it, and gives its one spelling; anything else is null.
 *
 * One mailbox must be one account, and no spelling may lead to somebody else's. So the local part is ASCII, tested
 * before it is lower-cased: `K` (Kelvin sign) and `İ` lower-case into ASCII `k` and `i`, compatibility forms
 * (full-width `ａ`) fold into it, dotless `ı` upper-cases into `I`. Local parts beyond ASCII (SMTPUTF8, RFC 6531)
 * are refused because SES cannot deliver to them: such an address could never be proven.
 * Lower-casing goes beyond RFC 5321 §2.4, which lets a host tell `Ann` from `ann`; no large provider does.
 * The domain is mapped by UTS #46, as resolvers do, so that every spelling meets in the name that DNS is asked for.
 * Tags (`ann+shop`) and dots are kept: only the provider knows what they mean.
 */
export function parseEmailAddress(text: string): EmailAddress | null {
  const trimmed = trimSpaces(text)
  const at = trimmed.lastIndexOf('@')
  const local = trimmed.slice(0, at)
  if (at < 1 || local.length > longestLocalPart || !dotAtom.test(local)) return null

  const domain = toAsciiDomain(trimmed.slice(at + 1))
  if (!domain) return null
  const address = `${local.toLowerCase()}@${domain}`
  return address.length <= profile.emailLength ? { address, domain } : null
}

function toAsciiDomain(typed: string): string | null {
  if (typed.length > profile.emailLength || !typedDomain.test(typed)) return null
  const url = `http://${typed.normalize('NFC')}`
  if (!URL.canParse(url)) return null
  const { hostname } = new URL(url)
  return asciiDomain.test(hostname) ? hostname : null
}

/** `refuseDisposable`: the operator does not want throw-away mailboxes. */
export function checkEmailAddress(
  field: string,
  text: string,
  refuseDisposable: boolean,
): Checked<EmailAddress> {
  const parsed = parseEmailAddress(text)
  if (!parsed) {
    const message =
      'Enter an e-mail address such as name@example.com, with plain Latin letters, digits and signs before the @.'
    return { error: fieldError(field, 'EMAIL_INVALID', message) }
  }
  if (refuseDisposable && isDisposable(parsed.domain)) {
    const message = 'Use a lasting e-mail address: addresses of this domain are thrown away.'
    return { error: fieldError(field, 'EMAIL_DISPOSABLE', message) }
  }
  return { value: parsed }
}
