/** Enough for its owner to know which mailbox or number, too little for anybody else. */
export function masked(address: string): string {
  const at = address.lastIndexOf('@')
  if (at > 0) return `${[...address][0]}***${address.slice(at)}`
  return `${address.slice(0, 4)}***${address.slice(-3)}`
}
