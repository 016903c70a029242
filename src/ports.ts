import type { Query, SQL } from 'drizzle-orm'
import type { Config, TextChannel } from './config.ts'

/** The seams between the use cases and the world. `edge/live-ports.ts` makes the real ones. */
export interface Ports {
  clock: Clock
  config: Config
  database: Database
  hasher: Hasher
  throttle: Throttle
  flood: Flood
  mailer: Mailer
  egress: Egress
  background: Background
  auditAnchor: AuditAnchor
  mfaSetup: MfaSetup
  passwordLists: PasswordLists
  pages: Pages
  codes: Codes
  tenantMemory: TenantMemory
  originMemory: OriginMemory
  webhookSender: WebhookSender
  /** Null where nobody counts. */
  analytics: Analytics | null
}

export interface Clock {
  /** Milliseconds since 1970. In production it stands still between I/O, so it measures no work. */
  now(): number
}

export type Row = Record<string, unknown>

/**
 * How a statement may be repeated when its answer was lost: `once` only where the server says it rolled back.
 * An `overlapping` one is idempotent even where it runs on beside its repeat: its first try is not closed when it is late,
 * as what closes a request costs each one its time.
 */
export type Retry = 'idempotent' | 'overlapping' | 'once'

export interface Database {
  /**
   * One statement, one round trip, one transaction.
   * Throws {@link import('./errors.ts').AuthError} `UNAVAILABLE`, or `ConstraintError`.
   */
  run<T extends Row>(statement: SQL | Query, retry: Retry): Promise<T[]>
}

/** A unique, foreign-key or check constraint refused a write. */
export class ConstraintError extends Error {
  readonly constraint: string

  constructor(constraint: string) {
    super(`constraint ${constraint}`)
    this.name = 'ConstraintError'
    this.constraint = constraint
  }
}

/** A password hash at rest: a PHC string and the id of the pepper that was mixed in before. */
export interface StoredHash {
  phc: string
  pepperId: string
}

/** How another service made a hash. Bytes are base64url, but for the salt of bcrypt, which has its own alphabet. */
export type ForeignRecipe =
  | { algorithm: 'bcrypt'; cost: number; salt: string }
  | { algorithm: 'scrypt'; n: number; r: number; p: number; salt: string; length: number }
  | {
      algorithm: 'firebase-scrypt'
      rounds: number
      memCost: number
      salt: string
      saltSeparator: string
      signerKey: string
    }
  | {
      algorithm: 'pbkdf2'
      digest: 'SHA-1' | 'SHA-256' | 'SHA-512'
      iterations: number
      salt: string
      length: number
    }
  | {
      algorithm: 'argon2'
      type: 'i' | 'id'
      memoryKiB: number
      passes: number
      lanes: number
      salt: string
      length: number
    }

/** A password hash that another service has made. */
export interface ForeignHash {
  recipe: ForeignRecipe
  digest: Uint8Array
}

export interface Hasher {
  /** Takes over a hash of another service: no work, as nothing is known of the password. Sign-in makes it one of ours. */
  adopt(foreign: ForeignHash): Promise<StoredHash>
  /** Takes a place in the queue before any work. Throws `BUSY` where it is full. */
  reserve(): HashSlot
}

export interface HashSlot {
  hash(password: string): Promise<StoredHash>
  /** `null` compares with a decoy: the same price, always false. */
  verify(password: string, stored: StoredHash | null): Promise<boolean>
  /** True where parameters or pepper of a stored hash are not today's, or another service has made it. */
  outdated(stored: StoredHash): boolean
  /** Gives the place back. Every use case does so in `finally`. */
  release(): void
}

export interface Attempt {
  tenantId: string
  /** What is guessed at: each authenticator counts for itself. */
  authenticator:
    | 'password'
    | 'email_code'
    | 'totp'
    | 'backup_code'
    | 'recovery'
    | 'webauthn'
    | 'email_factor'
    | 'sms_factor'
    | 'whatsapp_factor'
    | 'email_setup'
    | 'sms_setup'
    | 'whatsapp_setup'
  /** As typed and normalised, known or not. */
  identifier: string
  /** Id of a device that the account knows: it has a budget of its own. */
  device: string | null
  /**
   * Grows with each success of this authenticator (0 where there was none): a higher one than before forgives.
   * It lives in the database, so that a success costs no second call here. Null where no success is counted: such
   * failures are forgotten after a day.
   */
  epoch: number | null
}

export interface Admission {
  /** Failures in a row, this attempt included. */
  count: number
  /** 100 in a row: the authenticator no longer works, whatever the secret. */
  disabled: boolean
}

export interface Throttle {
  /** Counts, durably, before anything is compared. Throws `TOO_MANY_ATTEMPTS`, or `UNAVAILABLE`: never lets by. */
  admit(attempt: Attempt): Promise<Admission>
}

export interface Flood {
  /** Sheds floods from one IP prefix. Throws `RATE_LIMITED`. Fails open: the throttle is what protects a credential. */
  admit(
    kind: 'signIn' | 'mfa' | 'write' | 'all',
    ipPrefix: string,
    tenantId: string | null,
  ): Promise<void>
}

export interface Mail {
  /** As a header has it (RFC 5322 §3.4). */
  from: string
  /** Null: to the sender. */
  replyTo: string | null
  to: string
  subject: string
  text: string
  html: string
}

/** A message to a telephone. */
export interface Text {
  channel: TextChannel
  /** E.164 */
  to: string
  body: string
  /** What the body is about: WhatsApp puts it into a template of its own. */
  code: string | null
  locale: string
  /** Seconds after which nobody needs it: the carrier drops it then. */
  life: number
}

export type Delivery =
  | { outcome: 'sent'; messageId: string }
  | { outcome: 'retry'; reason: string }
  | { outcome: 'refused'; reason: string }

export interface Mailer {
  /** One try. Never throws. */
  send(mail: Mail): Promise<Delivery>
  text(text: Text): Promise<Delivery>
}

export interface EgressRequest {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
}

export interface EgressAnswer {
  status: number
  text: string
}

export interface Egress {
  /**
   * The only way out: host allow-list, https (but for local endpoints), no redirects, time-out, bounded answer.
   * Answers null where there was no answer in time.
   */
  fetch(url: string, request?: EgressRequest): Promise<EgressAnswer | null>
}

/** What came of one try. `status`: of the answer, null where there was none; `error`: why it does not count, a code. */
export interface WebhookAnswer {
  status: number | null
  error: string | null
  ms: number
}

export interface WebhookSender {
  /**
   * Posts to an URL that a tenant wrote: public addresses only, judged anew each time; no redirects, a time-out, and
   * nothing read of the answer but its status. Never throws.
   */
  post(url: string, headers: Record<string, string>, body: string): Promise<WebhookAnswer>
}

export interface Background {
  /** Runs after the answer. Failures are logged, never thrown. */
  run(name: string, work: () => Promise<unknown>): void
}

/** A second factor that is being set up: its secret waits here, sealed, until a first code proves it. */
export interface Setup {
  /** Id of the factor to be. */
  factorId: string
  sealed: string
}

export interface MfaSetup {
  /** Starts a set-up and replaces one that was going on: one at a time. */
  begin(userId: string, setup: Setup): Promise<void>
  /** Null where none is going on, or its time is over. */
  read(userId: string): Promise<Setup | null>
  end(userId: string): Promise<void>
}

/** Where codes go: one address of one tenant, for one purpose. */
export interface Destination {
  tenantId: string
  kind: 'code' | 'link'
  /** Normalised. */
  address: string
}

export interface IssuedCode {
  /** Random; nobody has asked for it before. */
  id: string
  /** Keyed hash of the code: see {@link import('./tokens/code.ts').codeHash}. Null: it is only counted here. */
  hash: string | null
  /** Codes of one purpose do not serve another. */
  purpose: string
}

export interface ShownCode {
  /** Null: any open code of the purpose will do. */
  id: string | null
  purpose: string
  /** What the shown code may be stored as: one for each key. */
  hashes: readonly string[]
  /** A device that the account knew when it asked has tries of its own. */
  device: string | null
}

export interface Codes {
  /** Counts, then keeps. Throws `RATE_LIMITED`, or `UNAVAILABLE`: never lets by. */
  issue(destination: Destination, code: IssuedCode): Promise<void>
  /** Takes back what was not sent after all. Never throws. */
  withdraw(destination: Destination, id: string): Promise<void>
  /** Counts, then compares, then spends. The id of what was spent; null for wrong, used, late and burnt alike. */
  redeem(destination: Destination, code: ShownCode): Promise<string | null>
  /** Gives back what was spent in vain, as its effect could not be written. Never throws. */
  restore(destination: Destination, id: string): Promise<void>
}

/** A tenant's row, and when it was read (milliseconds since 1970). */
export interface TenantRecord extends Row {
  id: string
  slug: string
  name: string
  version: number
  settings: Readonly<Record<string, unknown>>
  has_webhooks: boolean
  releases: Readonly<Record<string, unknown>>
  readAt: number
}

/** Rows that an isolate remembers: plain data, bounded, never a promise. How old one may be is asked in `tenants/`. */
export interface TenantMemory {
  get(slug: string): TenantRecord | null
  put(record: TenantRecord): void
}

/** Whether any tenant lists an origin, and when that was read (milliseconds since 1970). */
export interface ListedOrigin {
  listed: boolean
  readAt: number
}

/** What an isolate remembers of origins: plain data, bounded. */
export interface OriginMemory {
  get(origin: string): ListedOrigin | null
  put(origin: string, listed: ListedOrigin): void
}

/** A copy of the newest audit seal outside the database: it betrays a cut tail. */
export interface AuditAnchor {
  read(): Promise<string | null>
  write(seal: string): Promise<void>
}

/** The pages of the same deployment. */
export interface Pages {
  /** What a browser shows for an address that leads nowhere; null where the page cannot be had. */
  notFound(): Promise<Response | null>
}

/** What the strength estimate knows by heart, kept beside the Worker: it would be a third of its script. */
export interface PasswordLists {
  /** Throws `UNAVAILABLE`. */
  read(): Promise<PasswordKnowledge>
}

export interface PasswordKnowledge {
  /** Words by the name of their list, most used first. */
  dictionary: Record<'passwords-common', string[]> & Record<string, string[]>
  /** Which keys lie beside which, by the name of the keyboard. */
  graphs: Record<string, Record<string, (string | null)[]>>
}

/** What one request was, without who it came from. */
export interface RequestPoint {
  /** The pattern, not the path: ids stay out. */
  route: string
  method: string
  status: number
  /** Of a refusal. */
  code: string | null
  /** Its id. */
  tenant: string | null
  ms: number
  meter: Readonly<Meter>
}

export interface Analytics {
  /** Counts a request, after its answer. Never throws. */
  write(point: RequestPoint): void
}

/** What one request cost: exact counts, shown in `Server-Timing` and read by the tests. */
export interface Meter {
  databaseTrips: number
  databaseMs: number
  objectCalls: number
  kvOperations: number
  hashes: number
}

export function newMeter(): Meter {
  return { databaseTrips: 0, databaseMs: 0, objectCalls: 0, kvOperations: 0, hashes: 0 }
}
