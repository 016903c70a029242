import type { ApiDocument, Operation, Schema } from './document.ts'

/** Shapes that deserve a name: where each is found in the document. Wherever it occurs, the name is written. */
const named: Record<string, (document: ApiDocument) => Schema | undefined> = {
  User: (document) => answerOf(document, 'GET /api/v1/auth/me', 200),
  Tokens: (document) => answerOf(document, 'POST /api/v1/auth/login', 200)?.anyOf?.[0],
  MfaChallenge: (document) => answerOf(document, 'POST /api/v1/auth/login', 200)?.anyOf?.[1],
  EnrollmentRequired: (document) => answerOf(document, 'POST /api/v1/auth/login', 200)?.anyOf?.[2],
  RefreshedTokens: (document) => answerOf(document, 'POST /api/v1/auth/refresh', 200),
  SteppedUp: (document) => answerOf(document, 'POST /api/v1/auth/mfa/verify', 200)?.anyOf?.[1],
  CodeSent: (document) => answerOf(document, 'POST /api/v1/auth/otp/send', 202),
  PasskeyOptions: (document) => answerOf(document, 'POST /api/v1/auth/webauthn/login/options', 200),
  Session: (document) =>
    answerOf(document, 'GET /api/v1/auth/sessions', 200)?.properties?.sessions?.items,
  Device: (document) =>
    answerOf(document, 'GET /api/v1/auth/devices', 200)?.properties?.devices?.items,
  Factor: (document) =>
    answerOf(document, 'GET /api/v1/auth/mfa/methods', 200)?.properties?.methods?.items,
  Passkey: (document) =>
    answerOf(document, 'GET /api/v1/auth/webauthn/credentials', 200)?.properties?.credentials
      ?.items,
  Identity: (document) =>
    answerOf(document, 'GET /api/v1/auth/identities', 200)?.properties?.identities?.items,
  ActivityEvent: (document) =>
    answerOf(document, 'GET /api/v1/auth/me/activity', 200)?.properties?.events?.items,
  Tenant: (document) => answerOf(document, 'GET /api/v1/tenants/{slug}', 200),
  TenantSettings: (document) =>
    answerOf(document, 'GET /api/v1/tenants/{slug}', 200)?.properties?.settings,
  Member: (document) =>
    answerOf(document, 'GET /api/v1/tenants/{slug}/members', 200)?.properties?.members?.items,
  Invitation: (document) =>
    answerOf(document, 'GET /api/v1/tenants/{slug}/invitations', 200)?.properties?.invitations
      ?.items,
  FieldError: ({ components }) => components.schemas.Problem?.properties?.errors?.items,
}

/** `api.ts`: every route with what it takes and answers, and every code of a refusal. Formatted by Biome afterwards. */
export function typesOf(document: ApiDocument): string {
  const names = new Map(
    Object.entries(named).map(([name, find]) => {
      const schema = find(document)
      if (!schema) throw new Error(`The document has no ${name} where it used to be.`)
      return [JSON.stringify(schema), name]
    }),
  )
  const type = (schema: Schema) => typeOf(schema, names)
  const shapes = [...names].map(([text, name]) => {
    const shape = membersOf(JSON.parse(text) as Schema, names)
    return `export interface ${name} ${shape}`
  })
  const routes = routesOf(document).map(([name, operation]) => routeType(name, operation, type))
  const codes = document.components.schemas.Problem?.properties?.code?.enum ?? []
  return [
    '// Made by `npm -w sdk run routes` from the schemas that the service validates with. Not to be edited.\n',
    ...shapes,
    `/** Every word the service says "no" with. */\nexport type ServiceErrorCode = ${codes.map((code) => `| ${JSON.stringify(code)}`).join(' ')}\n`,
    `/** Every route of the service. */\nexport interface Operations {\n${routes.join('\n')}\n}\n`,
  ].join('\n')
}

/** `METHOD /path`, sorted, so that a new route changes one place. */
export function routesOf(document: ApiDocument): [name: string, operation: Operation][] {
  return Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    )
    .sort(([left], [right]) => (left < right ? -1 : 1))
}

function routeType(name: string, operation: Operation, type: (schema: Schema) => string): string {
  const { parameters = [], requestBody, responses, security } = operation
  const query = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name: key, required, schema = {} }) => `${key}${required ? '' : '?'}: ${type(schema)}`)
  const body = requestBody && contentType(requestBody.content, type)
  const members = [
    ...(query.length > 0 ? [`query: { ${query.join('; ')} }`] : []),
    ...(body ? [`body${requestBody.required ? '' : '?'}: ${body}`] : []),
    `answer: ${answerType(responses, type)}`,
    ...(security ? ['bearer: true'] : []),
  ]
  return `  '${name}': { ${members.join('; ')} }`
}

/** What a success brings; `null` where it has no body. */
function answerType(responses: Operation['responses'], type: (schema: Schema) => string): string {
  const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  const types = successes.map(([, { content }]) => (content ? contentType(content, type) : 'null'))
  return [...new Set(types)].join(' | ') || 'null'
}

/** JSON by its schema; anything else is text. */
function contentType(
  content: NonNullable<Operation['responses'][string]['content']>,
  type: (schema: Schema) => string,
): string {
  const schema = content['application/json']?.schema
  return schema ? type(schema) : 'string'
}

function typeOf(schema: Schema, names: Map<string, string>): string {
  return names.get(JSON.stringify(schema)) ?? membersOf(schema, names)
}

const primitives: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

function membersOf(schema: Schema, names: Map<string, string>): string {
  const inner = (each: Schema) => typeOf(each, names)
  if (schema.$ref) throw new Error(`No name for ${schema.$ref}.`)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return `(${schema.enum.map((value) => JSON.stringify(value)).join(' | ')})`
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return `(${choices.map(inner).join(' | ')})`
  if (schema.allOf) return `(${schema.allOf.map(inner).join(' & ')})`
  if (Array.isArray(schema.type)) {
    return `(${schema.type.map((type) => membersOf({ ...schema, type }, names)).join(' | ')})`
  }
  if (schema.type === 'array') return `${inner(schema.items ?? {})}[]`
  if (schema.type === 'object') return objectType(schema, inner)
  if (schema.type === undefined) return 'unknown'
  const primitive = primitives[schema.type]
  if (!primitive) throw new Error(`No type for ${JSON.stringify(schema)}.`)
  return primitive
}

function objectType(
  { properties, required = [], additionalProperties }: Schema,
  inner: (schema: Schema) => string,
): string {
  if (!properties) {
    const values =
      typeof additionalProperties === 'object' ? inner(additionalProperties) : 'unknown'
    return `Record<string, ${values}>`
  }
  const members = Object.entries(properties).map(([key, value]) => {
    const name = /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)
    return `${name}${required.includes(key) ? '' : '?'}: ${inner(value)}`
  })
  return `{ ${members.join('; ')} }`
}

function answerOf(document: ApiDocument, route: string, status: number): Schema | undefined {
  const [method = '', path = ''] = route.split(' ')
  const { responses } = document.paths[path]?.[method.toLowerCase()] ?? {}
  return responses?.[status]?.content?.['application/json']?.schema
}
