export { GatehouseError, isGatehouseError } from '../error.ts'
export type { Demand } from './demand.ts'
export { expressAuth } from './express.ts'
export { fileStorage } from './file-storage.ts'
export { type GatehouseVariables, honoAuth } from './hono.ts'
export type { AccessClaims } from './token.ts'
export {
  createVerifier,
  type TrustedTenant,
  type Verifier,
  type VerifierOptions,
} from './verify.ts'
