import type { RequestContext } from '../context.ts'
import type { ErrorCode } from '../errors.ts'
import type { Meter, Ports } from '../ports.ts'
import type { Caller, EnrollerProof } from '../sessions/caller.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What middleware puts into a request for the routes. */
export interface HttpEnv {
  Bindings: Env
  Variables: {
    requestId: string
    /** Of the address that was asked, one that is served. */
    hostname: string
    ports: Ports
    meter: Meter
    tenant: Tenant
    context: RequestContext
    /** The JSON that was sent; undefined where none was. */
    body: unknown
    /** Set by `authenticate`. */
    caller: Caller
    /** Set by `authenticateEnroller`. */
    enroller: EnrollerProof
    /** Set where the request was refused: the code. */
    refusal: ErrorCode | undefined
  }
}

/** What one request gets from the composition root. */
export interface Provision {
  ports: Ports
  meter: Meter
  /** Tells that the answer is made: work that was kept back for `background` starts. */
  answered(): void
}

export type ProvideResult =
  | { provision: Provision; faults: [] }
  | { provision: null; faults: string[] }

/** Makes the ports of one request from the Worker's bindings: `edge/live-ports.ts`. */
export type Provide = (env: Env, execution: Pick<ExecutionContext, 'waitUntil'>) => ProvideResult
