import { admit, type Demand, refusalOf } from './demand.ts'
import type { AccessClaims } from './token.ts'
import type { Verifier } from './verify.ts'

/** As much of Node's request as is used: Express, Connect, and `node:http` alone. */
interface NodeRequest {
  headers: { authorization?: string | undefined }
  auth?: AccessClaims
}

interface NodeResponse {
  statusCode: number
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/** Express: lets through who shows a good token, with its claims as `req.auth`. */
export function expressAuth(verifier: Verifier, demand: Demand = {}) {
  return (request: NodeRequest, response: NodeResponse, next: (error?: unknown) => void): void => {
    admit(verifier, request.headers.authorization, demand)
      .catch(refusalOf)
      .then((outcome) => {
        if (!('body' in outcome)) {
          request.auth = outcome
          return next()
        }
        response.statusCode = outcome.status
        for (const [name, value] of Object.entries(outcome.headers)) response.setHeader(name, value)
        response.end(outcome.body)
      })
      .catch(next)
  }
}
