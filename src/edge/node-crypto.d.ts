/** The one function of Node that the Worker's hashes need; workerd has it (`nodejs_compat`). */
declare module 'node:crypto' {
  export function scryptSync(
    password: Uint8Array,
    salt: Uint8Array,
    length: number,
    cost: { N: number; r: number; p: number; maxmem: number },
  ): Uint8Array
}
