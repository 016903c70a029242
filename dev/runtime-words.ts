import { stripVTControlCharacters } from 'node:util'

/**
 * `kj/async-io-unix.c++:1298: failed: DNS lookup failed…`: no line of a Worker's stack names such a file. Its own log,
 * which is JSON, may tell of one.
 */
const inner = /^[^{]*?[\w./-]+\.(?:c\+\+|h|rs):\d+: \w+: (.*)/
const addresses = /(?:^\s*|;\s+)(?:stack: |sentryErrorContext = ).*/

/**
 * What the runtime says of itself, such as of a host that has no address, comes with addresses in its own machine code.
 * It is said in a line, and once where it is said twice; everything else passes as it came.
 */
export function shortenRuntime(log: (line: string) => void): (line: string) => void {
  let last: string | undefined
  return (line) => {
    const plain = stripVTControlCharacters(line)
    const [, words] = inner.exec(plain) ?? []
    if (words === undefined) {
      const isRest = last !== undefined && plain.replace(addresses, '').trim() === ''
      if (isRest) return
      last = undefined
      log(line)
      return
    }
    const said = `The runtime: ${words.replace(addresses, '')}`
    if (said !== last) log(said)
    last = said
  }
}
