import { SHA256, sha256 } from '@oslojs/crypto/sha2'

// RFC 9162 §2.1.1: leaves and nodes start with different bytes, or a node could pass for a leaf.
const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** Synchronous on purpose: a promise of WebCrypto for each of thousands of short inputs costs more than the hash. */
export function leafHash(data: Uint8Array): Uint8Array {
  return hash(leafPrefix, data)
}

/**
 * The Merkle tree hash of RFC 9162 §2.1.1, level by level. An odd last node moves up as it is: copying it,
 * as Bitcoin did, gives two lists one root (CVE-2012-2459).
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  let level = [...leaves]
  while (level.length > 1) level = parents(level)
  return level[0] ?? sha256(new Uint8Array())
}

function parents(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = []
  for (let at = 0; at < level.length; at += 2) {
    const left = level[at] as Uint8Array
    const right = level[at + 1]
    above.push(right ? hash(nodePrefix, left, right) : left)
  }
  return above
}

function hash(...parts: Uint8Array[]): Uint8Array {
  const digest = new SHA256()
  for (const part of parts) digest.update(part)
  return digest.digest()
}
