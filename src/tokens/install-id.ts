import type { DeviceProof } from '../context.ts'
import { sha256, utf8 } from './encoding.ts'

/** An install id is chosen by the app: at least as long as a UUID without hyphens, so that none is guessed. */
const shape = /^[\w-]{32,128}$/

/** What an app shows as its device; null where the id could be guessed. */
export async function installProof(id: string): Promise<DeviceProof | null> {
  if (!shape.test(id)) return null
  return { kind: 'install', hash: await sha256(utf8(`install:${id}`)) }
}
