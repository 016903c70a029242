type Hash = (
  password: Uint8Array,
  salt: Uint8Array,
  parameters: { memoryKiB: number; passes: number; lanes: number },
  type: number,
  length: number,
) => Uint8Array<ArrayBuffer>

/**
 * The same hash of the same input, worked out once in an isolate: tests sign in by one password again and again, and
 * copies of a person have the salt of the first. What is new costs what it costs.
 */
export function remembered(make: Hash): Hash {
  const known = new Map<string, Uint8Array<ArrayBuffer>>()
  return (password, salt, parameters, type, length) => {
    const { memoryKiB, passes, lanes } = parameters
    const key = [password, salt, memoryKiB, passes, lanes, type, length].join(' ')
    const hash = known.get(key) ?? make(password, salt, parameters, type, length)
    known.set(key, hash)
    return hash.slice()
  }
}
