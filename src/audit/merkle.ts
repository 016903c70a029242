import { type Bytes, sha256 } from '../tokens/encoding.ts'

// RFC 9162 §2.1.1: leaves and nodes start with different bytes, or a node could pass for a leaf.
const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** Side by side: one promise after the other would cost more than the hashes. */
export function leafHashes(data: readonly Bytes[]): Promise<Bytes[]> {
  return Promise.all(data.map((leaf) => hash(leafPrefix, leaf)))
}

/**
 * The Merkle tree hash of RFC 9162 §2.1.1, level by level. An odd last node moves up as it is: copying it,
 * as Bitcoin did, gives two lists one root (CVE-2012-2459).
 */
export async function merkleRoot(leaves: readonly Bytes[]): Promise<Bytes> {
  let level = [...leaves]
  while (level.length > 1) level = await Promise.all(parents(level))
  return level[0] ?? sha256(new Uint8Array())
}

function parents(level: readonly Bytes[]): (Bytes | Promise<Bytes>)[] {
  const above: (Bytes | Promise<Bytes>)[] = []
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at] as Bytes, level[at + 1]]
    above.push(right ? hash(nodePrefix, left, right) : left)
  }
  return above
}

function hash(...parts: Uint8Array[]): Promise<Bytes> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return sha256(whole)
}
