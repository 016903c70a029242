import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../..')

/** As much of JSON Schema as the document uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: (string | number | boolean | null)[]
  const?: string | number | boolean | null
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}

type Content = Record<string, { schema?: Schema }>

export interface Operation {
  security?: object[]
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, { content?: Content }>
}

export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** Where the routes and their description are asked for, as the Worker itself does at `/openapi.json`. */
const entry = `
  export { app } from './src/app.ts'
  export { apiDocument } from './src/documents/api.ts'
`

/**
 * The OpenAPI document, from the sources: made of the schemas that the routes validate with. Node runs them as they are,
 * but for the letters, which are JSX; so they are bundled first. Nothing is served and no port is called.
 */
export async function apiDocumentOfSources(): Promise<ApiDocument> {
  const folder = mkdtempSync(join(root, 'node_modules/.cache-sdk-'))
  try {
    const outfile = join(folder, 'app.mjs')
    await build({
      stdin: { contents: entry, resolveDir: root, loader: 'ts' },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['cloudflare:*'],
      jsx: 'automatic',
      jsxImportSource: 'hono/jsx',
      logLevel: 'error',
    })
    const made = await import(pathToFileURL(outfile).href)
    const noPorts = () => {
      throw new Error('Only the description of the routes is asked for.')
    }
    return made.apiDocument(made.app(noPorts), { publicUrl: 'https://auth.example.com' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
