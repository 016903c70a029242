import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiDocumentOfSources } from './document.ts'
import { formatted } from './format.ts'
import { typesOf } from './types.ts'

const file = join(import.meta.dirname, '../src/api.ts')
writeFileSync(file, formatted(typesOf(await apiDocumentOfSources())))
console.log(`${file} is in step with the routes.`)
