import { send } from './service.ts'

export interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  anyOf?: Schema[]
  items?: Schema
  enum?: unknown[]
  minimum?: number
  format?: string
  minLength?: number
  maxLength?: number
}

export interface Operation {
  /** `POST /api/v1/auth/login` */
  name: string
  method: string
  /** With `{parameters}`. */
  path: string
  secured: boolean
  body: Schema | null
  bodyRequired: boolean
  query: string[]
  /** Documented statuses; may hold `default`. */
  responses: string[]
}

interface Documented {
  security?: unknown[]
  parameters?: { name: string; in: string }[]
  requestBody?: { required?: boolean; content: Record<string, DocumentedBody> }
  responses: Record<string, unknown>
}

interface DocumentedBody {
  schema: Schema
  example?: Record<string, unknown>
  examples?: Record<string, { value: Record<string, unknown> }>
}

export interface OpenApi {
  openapi: string
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, Documented>>
}

export async function openApi(): Promise<OpenApi> {
  const { body } = await send('/openapi.json')
  return body as unknown as OpenApi
}

/** Every route, as the service documents itself. */
export async function operations(): Promise<Operation[]> {
  const { paths } = await openApi()
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]) => toOperation(method, path, documented)),
  )
}

function toOperation(method: string, path: string, documented: Documented): Operation {
  const { security = [], parameters = [], requestBody, responses } = documented
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    secured: security.length > 0,
    body: requestBody?.content['application/json']?.schema ?? null,
    bodyRequired: requestBody?.required ?? false,
    query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    responses: Object.keys(responses),
  }
}

/** All fields that a body may have, over all its shapes. */
export function fieldsOf(schema: Schema): Record<string, Schema> {
  const shapes = [schema, ...(schema.anyOf ?? [])]
  return Object.assign({}, ...shapes.map((shape) => shape.properties ?? {}))
}

export function typesOf({ type = [] }: Schema): string[] {
  return typeof type === 'string' ? [type] : type
}

/** Parameters that are one of a few words. */
const words: Record<string, string> = { platform: 'web', slug: 'default' }

/** The path with something in place of its parameters. */
export function filled(path: string, value?: string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(value ?? words[name] ?? '01999999-9999-7999-8999-999999999999'),
  )
}

export type BodyOperation = Operation & { body: Schema }

/** Every route that takes a body. */
export async function bodyOperations(): Promise<BodyOperation[]> {
  return (await operations()).filter((route): route is BodyOperation => route.body !== null)
}
