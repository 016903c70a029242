/** Whether somebody typed a number or an address; the service judges either. */
export function identified(text: string): { phone_e164: string } | { email: string } {
  const given = text.trim()
  return /^[+(\d০-৯][^@]*$/.test(given) ? { phone_e164: given } : { email: given }
}
