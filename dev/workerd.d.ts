// What the service's own code, used here from Node, knows of the runtime that it is made for.
type DurableObjectLocationHint = string

interface SubtleCrypto {
  timingSafeEqual(left: ArrayBufferView, right: ArrayBufferView): boolean
}
