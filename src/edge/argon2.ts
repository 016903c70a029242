import module from '@phi-ag/argon2/argon2.wasm'
import { argon2 as policy } from '../policy.ts'

/** The C functions of the reference implementation (RFC 9106), as the .wasm exports them. */
interface Exports {
  memory: WebAssembly.Memory
  _initialize(): void
  malloc(bytes: number): number
  free(pointer: number): void
  argon2_hash(
    passes: number,
    memoryKiB: number,
    lanes: number,
    password: number,
    passwordBytes: number,
    salt: number,
    saltBytes: number,
    hash: number,
    hashBytes: number,
    encoded: number,
    encodedBytes: number,
    type: number,
    version: number,
  ): number
}

export interface Argon2Parameters {
  memoryKiB: number
  passes: number
  lanes: number
}

/** RFC 9106 §3.1; `d` is not here: it leaks the password to who shares the machine. */
export const argon2Types = { i: 1, id: 2 } as const

const version13 = 0x13
/** More would not fit beside the Worker in an isolate's 128 MB. */
const mostMemoryKiB = 65_536

/** One instance for the isolate's life: a new one for each hash lets memory grow without end. */
let instance: Exports | null = null

/** Argon2id, version 1.3. Bytes in, bytes out; runs to its end without a pause. */
export function hashArgon2id(
  password: Uint8Array,
  salt: Uint8Array,
  parameters: Argon2Parameters,
): Uint8Array<ArrayBuffer> {
  return hashArgon2(password, salt, parameters, argon2Types.id, policy.hashBytes)
}

/** The same of any type and length, for hashes that others made. */
export function hashArgon2(
  password: Uint8Array,
  salt: Uint8Array,
  parameters: Argon2Parameters,
  type: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  if (parameters.memoryKiB > mostMemoryKiB) throw new RangeError('argon2: too much memory')
  const wasm = load()
  const size = password.length + salt.length + length
  const start = wasm.malloc(size)
  if (start === 0) throw new RangeError('argon2: out of memory')
  try {
    const saltAt = start + password.length
    const hashAt = saltAt + salt.length
    view(wasm, start, password.length).set(password)
    view(wasm, saltAt, salt.length).set(salt)
    const status = wasm.argon2_hash(
      parameters.passes,
      parameters.memoryKiB,
      parameters.lanes,
      start,
      password.length,
      saltAt,
      salt.length,
      hashAt,
      length,
      0,
      0,
      type,
      version13,
    )
    if (status !== 0) throw new Error(`argon2: status ${status}`)
    return view(wasm, hashAt, length).slice()
  } finally {
    view(wasm, start, size).fill(0)
    wasm.free(start)
  }
}

function load(): Exports {
  if (instance) return instance
  const exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports
  exports._initialize()
  instance = exports
  return exports
}

/** A new view each time: growing the memory detaches the old ones. */
function view(wasm: Exports, start: number, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(wasm.memory.buffer as ArrayBuffer, start, length)
}
