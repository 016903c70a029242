export * from '../../src/index.ts'
export { default } from '../../src/index.ts'

/** A full collection of the product's heap, so that memory is what it keeps and not what it has not yet thrown away. */
export const collect: ExportedHandler = {
  fetch() {
    const { gc } = globalThis as { gc?: () => void }
    if (!gc) throw new Error('workerd runs without --expose-gc')
    gc()
    return new Response('collected')
  },
}
