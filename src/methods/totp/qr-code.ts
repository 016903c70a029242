import { encode, renderSVG } from 'uqr'
import { type Bytes, utf8 } from '../../tokens/encoding.ts'

const scale = 6
const border = 4

export function qrSvg(text: string): string {
  return renderSVG(text, { border })
}

/** The code as a PNG in a data URL: one bit a pixel, deflated (ISO/IEC 15948). */
export async function qrPng(text: string): Promise<string> {
  const { data } = encode(text, { border })
  const width = data.length * scale
  const rows = data.flatMap((modules) => Array<Bytes>(scale).fill(scanline(modules, width)))
  const png = join([
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', join([uint32(width), uint32(width), new Uint8Array([1, 0, 0, 0, 0])])),
    chunk('IDAT', await deflate(join(rows))),
    chunk('IEND', new Uint8Array()),
  ])
  return `data:image/png;base64,${btoa(String.fromCharCode(...png))}`
}

/** A filter byte of 0, then eight pixels a byte; white is 1. */
function scanline(modules: readonly boolean[], width: number): Bytes {
  const line = new Uint8Array(1 + Math.ceil(width / 8))
  for (let x = 0; x < width; x += 1) {
    const at = 1 + (x >> 3)
    if (!modules[Math.floor(x / scale)]) line[at] = (line[at] ?? 0) | (0x80 >> (x & 7))
  }
  return line
}

function chunk(type: string, data: Bytes): Bytes {
  const named = join([utf8(type), data])
  return join([uint32(data.length), named, uint32(crc32(named))])
}

function uint32(value: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** ISO/IEC 15948 annex D. */
function crc32(bytes: Bytes): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

async function deflate(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function join(parts: readonly Bytes[]): Bytes {
  return new Uint8Array(parts.flatMap((part) => [...part]))
}
