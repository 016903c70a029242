/** Every number and rule of the product, with its unit and its why. Durations are seconds unless the name says otherwise. */

/** What the service is called in letters, and a word that no password may lean on. */
export const serviceName = 'Gatehouse'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

export const accessToken = {
  /** Short, so that a stolen one is soon worthless; long enough for about six refreshes an hour. */
  life: 10 * minute,
  /** Clocks differ by seconds: RFC 8725 asks for a small leeway only. */
  leeway: 30,
} as const

export const session = {
  /** Sliding: a phone that is opened once a month stays signed in. */
  idleLife: 30 * day,
  /** Absolute (NIST SP 800-63B-4 §2.1.3: re-authenticate at AAL1 at least every 30 to 90 days). */
  absoluteLife: 90 * day,
  /** A repeat inside this window is a lost answer or a parallel tab, not a thief. */
  refreshGrace: 10,
  /** What an offline verifier may cache of the revocation list. */
  revocationsMaxAge: 15,
  /** More ended sessions than this in ten minutes is an incident: verifiers should then ask the service itself. */
  revocationsLimit: 10_000,
} as const

/** How strongly and how lately somebody is proven: a tenant has one of these by its name. */
export const assuranceProfiles = {
  balanced: {
    /** Seconds since the last proof, for acts that change who can sign in. */
    actMaxAge: 5 * minute,
    /** Administrators change one thing after the other: long enough for a round of work, too short for a stolen laptop. */
    administratorMaxAge: 30 * minute,
    /** Accounts without a second factor do such acts with what they have. */
    factorForActs: false,
    devicesStandIn: true,
    /** The longest that a tenant's sessions may be. */
    idleLife: session.idleLife,
    absoluteLife: session.absoluteLife,
  },
  strict: {
    /** Still long enough to scan the code of an authenticator app. */
    actMaxAge: 3 * minute,
    administratorMaxAge: 10 * minute,
    factorForActs: true,
    devicesStandIn: false,
    /** NIST SP 800-63B-4 §2.2.3: at AAL2 somebody is proven anew after an hour without use, and after a day. */
    idleLife: hour,
    absoluteLife: day,
  },
} as const

export const pendingSignIn = {
  /** Time to find the phone, and time to set up a first factor. */
  life: { challenge: 5 * minute, enrolment: 15 * minute },
  /** After the mailbox was shown a password alone may choose the first factor: time enough to begin. */
  passwordAloneFor: hour,
} as const

export const totp = {
  /** RFC 6238 with the values that every authenticator app speaks. */
  digits: 6,
  period: 30,
  /** RFC 4226 §4 recommends 160 bits. */
  secretBytes: 20,
  /** The current step and the one before: for a code that is typed slowly, or a clock that is late. */
  stepsBack: 1,
  setUpLife: 10 * minute,
} as const

export const webauthn = {
  /** Time to find the key and type its PIN (WebAuthn L3 §15.1 recommends five minutes to ten). */
  challengeLife: 5 * minute,
  /** WebAuthn L3 §13.4.3 asks for 16 at least. */
  challengeBytes: 32,
  /** Keys of one account: all of them travel with each challenge. */
  perAccount: 20,
  /** WebAuthn L3 §7.1: a longer credential id is refused. */
  credentialIdBytes: 1_023,
  nameLength: 64,
} as const

export const mailedCode = {
  life: 10 * minute,
  /**
   * Seconds between two codes, and codes in one window, of one account: whatever sign-in they are for. As many again for
   * the devices that it knows, all together.
   */
  resendAfter: minute,
  perWindow: 5,
  window: hour,
  /** Wrong codes that burn a code. */
  failures: 3,
  /** After a password was set by a mailed link the mailbox is no second proof: as long as a recovery by it would wait. */
  distrustAfterReset: day,
} as const

export const backupCodes = {
  count: 10,
  /** Characters of five bits each: 20 bits that find the code, and 80 that prove it. */
  selectorLength: 4,
  secretLength: 16,
  /** The owner is told when so few are left. */
  fewLeft: 3,
} as const

export const argon2 = {
  /** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. */
  memoryKiB: 19_456,
  passes: 2,
  lanes: 1,
  saltBytes: 16,
  hashBytes: 32,
} as const

/** Bounds on hashes that other services made: each is worked out once, at a sign-in, within the CPU time of one request. */
export const foreignHash = {
  /** 2^12 is 0.3 s of CPU; each step doubles it. */
  bcryptCost: { least: 4, most: 12 },
  /** N·r·p, which is time. */
  scryptWork: 2 ** 20,
  /** 128·N·r bytes, which have room beside the Worker in 128 MB. */
  scryptBytes: 32 * 1_024 * 1_024,
  /** More throws in production, though not locally. */
  pbkdf2Iterations: 100_000,
  argon2KiB: 65_536,
  /** KiB times passes: about 0.15 s. */
  argon2Work: 262_144,
  argon2Lanes: 8,
  /** A shorter digest would be met by chance. */
  digestBytes: { least: 16, most: 128 },
  saltBytes: 128,
} as const

export const hashQueue = {
  /** An isolate is serial: sixteen hashes of about 25 ms keep the last caller waiting 0.4 s, no more. */
  limit: 16,
  /** A slot of a request that was cut off is taken back after the longest a request may last. */
  slotLife: 8,
  retryAfter: 1,
} as const

export const password = {
  minLength: 8,
  maxLength: 256,
  /** Longer input is refused before it costs a hash. */
  maxLoginBytes: 1_024,
  /** zxcvbn's scale of 0 to 4. */
  minScore: 3,
  /** The estimate grows fast with length, and 20 characters say all that it has to say. */
  estimatedCharacters: 20,
  /** The current password and the four before it. */
  history: 5,
  /** A tenant may ask for more, but each hash is 25 ms of CPU for who changes a password. */
  longestHistory: 10,
  /** NIST SP 800-63B-4 §3.1.1.2: passwords of 64 characters must be taken, so no minimum is longer and no maximum shorter. */
  longestMinimum: 64,
  /** A context word shorter than this would forbid too much. */
  minContextWord: 4,
} as const

export const oneTime = {
  verifyEmailLife: day,
  resetPasswordLife: hour,
  codeDigits: 6,
  /** One guess is held against so many codes of an address at most: more would make guessing easier. */
  openCodes: 3,
  /** Wrong codes that burn a code. */
  codeFailures: 3,
  /** How often a link that sets a password may be presented: more than people need, too few to try a list by it. */
  presentations: 20,
} as const

export const recovery = {
  linkLife: hour,
  /** Time for the owner to see the letter and to cancel: one night and one working day. */
  delay: day,
  /** How long after the delay a recovery may be completed: long enough for a holiday, not for ever. */
  completeWithin: 7 * day,
  /** Between two texts to one account: those of a second one say nothing new. */
  textPause: hour,
} as const

/** Codes that sign in or prove a number, sent to an address that anybody may type. */
export const oneTimeCode = {
  life: 5 * minute,
  /** Wrong codes at one destination that burn what is open there: a new code brings no new tries. */
  tries: 3,
  resendAfter: minute,
  perWindow: 5,
  /** Also how long wrong codes are remembered. */
  window: hour,
} as const

export const signInLink = {
  life: 15 * minute,
  /** Wrong confirmation codes that burn a link. */
  tries: 3,
} as const

export const textBudget = {
  /** A tenant's own settings may say less. */
  perTenantDay: 10_000,
  perPrefixDay: 2_000,
  /** Of all tenants together, unless the configuration says otherwise. */
  inAllPerDay: 50_000,
  /** Of each of these, what may go to numbers that no account has proven: second factors keep the rest of the day. */
  unboundShare: 0.75,
  /** Fraud makes texts be sent and verifies none: below this share of verified ones a country is closed for the day. */
  leastShare: 0.2,
  /** So many texts must have had their time before the share says anything. */
  shareSample: 50,
  /** How long a text has to be verified before it counts in the share. */
  settleAfter: 5 * minute,
  retryAfter: hour,
} as const

export const social = {
  /** Time to sign in at the provider: long enough to find a password and a phone. */
  transactionLife: 10 * minute,
  /** The app's page redeems it at once (RFC 6749 §4.1.2 recommends ten minutes at most). */
  exchangeLife: minute,
  /** Apple takes a client secret of up to six months: this one is used once. */
  clientSecretLife: 5 * minute,
  /** Clocks of providers and ours differ by seconds. */
  leeway: 30,
  /** Providers announce keys days ahead; a key set this old is asked for again. */
  keySetLife: hour,
  /** When the provider does not answer, its last keys serve this long. */
  keySetStaleLife: day,
  /** A token with an unknown key makes us ask again, but not more often than this. */
  keySetRefetchAfter: minute,
  /** Read and write again when another sign-in of the same person came first. */
  tries: 3,
} as const

export const invitation = {
  life: 7 * day,
  /** Letters to strangers that one tenant may cause: enough for a large team, too few for spam. */
  perDay: 200,
  /** To one address in a day: a lost letter may be sent again, nobody is flooded. */
  perAddress: 5,
  /** Seconds until a tenant that has sent so many is told to try again. */
  retryAfter: hour,
  /** Offers that were taken, revoked or left to expire stay this long, to answer what happened. */
  page: 200,
} as const

export const denial = {
  /** A letter about a change is read after a holiday too. */
  linkLife: 14 * day,
} as const

export const mailBudget = {
  /** Unasked-for mails that one address may be made to receive in one window. */
  perWindow: 10,
  window: hour,
} as const

export const throttle = {
  /** Failures in a row before the first wait. */
  freeFailures: 5,
  firstWait: 30,
  longestWait: hour,
  /** NIST SP 800-63B-4 §3.2.2: no more than 100 in a row, then the authenticator must be bound anew. */
  disableAt: 100,
  /** The owner is told at these counts. */
  noticesAt: [10, 25, 50] as readonly number[],
  /** An object without an attempt for this long forgets and frees its storage. */
  forgetAfter: day,
  /** One that somebody had to wait at remembers for this long. */
  forgetWaitAfter: 30 * day,
  /** Up to so much later: the alarm is not moved at each attempt. */
  forgetLate: hour,
} as const

/** Requests per IP prefix; `wrangler.toml` holds the numbers that the edge enforces, these go into headers. */
export const limits = {
  signIn: { name: 'sign-in', quota: 10, windowSeconds: minute },
  mfa: { name: 'mfa', quota: 10, windowSeconds: minute },
  write: { name: 'write', quota: 30, windowSeconds: minute },
  all: { name: 'all', quota: 1_200, windowSeconds: minute },
} as const

/** Hints shared between locations through KV: coarse, late, and never alone decisive for a credential. */
export const floodHint = {
  /** Sign-in attempts from one prefix, or on one tenant, in one window, over all locations. */
  perPrefix: 300,
  perTenant: 60_000,
  window: 5 * minute,
  /** KV takes one write a second a key. */
  writeEvery: 2,
  /** How long an isolate sheds a prefix that the hint names. */
  shedFor: minute,
  /** An isolate forgets its smallest counters beyond this many. */
  keys: 2_000,
} as const

export const body = {
  maxBytes: 32 * 1_024,
  maxDeliveryBytes: 256 * 1_024,
  /** A batch of an import: its lines are written by one statement, within its time-out. */
  maxImportBytes: 1_024 * 1_024,
} as const

export const importing = {
  lines: 1_000,
  /** A line with every field and the longest hash has two. */
  lineBytes: 8 * 1_024,
  /** Of what a line is refused for. */
  lineErrors: 50,
  /** Accounts made before it were made by no computer. */
  firstYear: 1970,
} as const

export const database = {
  statementTimeoutMs: 3_000,
  /** All tries of one request together. */
  requestTimeoutMs: 8_000,
  /** Work after the answer: nobody waits for it, but waitUntil ends after 30 s. */
  backgroundTimeoutMs: 25_000,
  tries: 3,
  backoffMs: 40,
  retryAfter: 2,
} as const

export const egress = { timeoutMs: 2_500, maxBytes: 256 * 1_024, retryAfter: 30 } as const

export const outbox = {
  /** The request that wrote a row sends it; the sweep takes over after this long. */
  firstSweepAfter: minute,
  /** Wait before try n is base · 2^(n-1), at most the longest, plus up to a fifth of jitter. */
  backoffBase: 30,
  backoffLongest: 15 * minute,
  /** Nor longer than this share of the time that a message has left: a code lives for five minutes. */
  backoffShare: 0.2,
  /** A claim that was not finished (a killed worker) is open again after this long. */
  claimLife: minute,
  batch: 20,
  maxAttempts: 50,
  /** Sent rows are kept for the delivery log, without their secret. */
  keepSent: 30 * day,
  /** Owners that are told of what happens in their tenant, the longest-standing first. */
  ownersTold: 5,
} as const

export const webhook = {
  perTenant: 10,
  urlLength: 512,
  descriptionLength: 200,
  /** Standard Webhooks asks for 24 to 64. */
  secretBytes: 32,
  /** How long an older secret signs beside the new one: time to deploy the new one. */
  secretOverlap: day,
  /** Receivers are told to answer first and to work afterwards. */
  timeoutMs: 10_000,
  /** The migration has it too, for what its trigger writes: a weekend. */
  deliveryLife: 3 * day,
  /** Wait before try n is base · 2^(n-1), at most the longest, plus up to a fifth of jitter. */
  backoffBase: 10,
  backoffLongest: 6 * hour,
  maxAttempts: 20,
  /** An endpoint that fails is left alone by doubling waits from this on, and then asked with one delivery. */
  pauseBase: 5,
  pauseLongest: hour,
  /** Switched off after so long, and so many failures, without one success. */
  offAfter: 5 * day,
  offAfterFailures: 10,
  claimLife: minute,
  batch: 20,
  /** Of one endpoint in a batch: a slow one must not take every place. */
  perEndpoint: 5,
  /** Tries that the log of a delivery keeps. */
  triesKept: 20,
  page: 50,
  keepSettled: 30 * day,
  noticeLife: 7 * day,
} as const

export const sweep = {
  /** Dead sessions and links stay this long, to answer what happened. */
  keepDead: 30 * day,
  /** An account whose address nobody proved gives the address free again. */
  keepUnproven: 7 * day,
  batch: 500,
  /** Anyone may ask for a challenge, so they are many; nobody reads one that is over. */
  challengeBatch: 10_000,
} as const

export const emailChange = {
  linkLife: day,
  /** Over a weekend: who lost a mailbox to somebody else's change gets it back. */
  undoLife: 3 * day,
} as const

export const accountExport = {
  /** Newest rows of each kind: more than a person makes in the life of any of them, and within what one answer may weigh. */
  rows: 1_000,
  /** Events of one statement, and statements: each row's origin is opened, about 5 µs. */
  eventsPage: 1_000,
  eventPages: 10,
} as const

export const deletion = {
  /** Time to think again, or to notice that somebody else asked for it: signing in cancels. */
  grace: 7 * day,
  /** Accounts that one run of the sweep makes tombstones of, one statement each. */
  batch: 100,
  /** No statement lasts as long: what a request wrote beside a deletion is there by then. */
  leftBehindFor: 10 * minute,
} as const

/** How long a word of a vendor waits for the text or mail that it is about. */
export const earlyReport = { life: 10 * minute } as const

export const administration = {
  usersPage: 50,
  /** A shorter prefix would find half of everybody. */
  shortestSearch: 2,
  /** Letters that the administrators of a tenant cause to people who have proven nothing there; the rest goes without. */
  strangersPerDay: 500,
  metricsDays: { usual: 7, most: 31, first: '2000-01-01' },
} as const

export const audit = {
  sealBatch: 2_000,
  activityPage: 50,
  searchPage: 100,
  exportPage: 1_000,
  /** Rows that are opened in one statement to look for an address: where somebody came from is sealed, so no index knows. */
  originScan: 5_000,
  /** Pages of one export: what is left comes with the next request, and no answer lasts for minutes. */
  exportPages: 10,
  /** Rows and seals that one request checks: about a second, most of it the database's. */
  verifyRows: 50_000,
  verifySeals: 2_000,
  /** Between the clock of a Worker, which makes ids, and the database's, which says when. */
  clockSkew: 5 * minute,
} as const

export const device = {
  /** How long a device keeps its own lane at the throttle. */
  life: 180 * day,
  /** How long a browser is known as the one that asked for a link. */
  askerLife: day,
  /** How long it may stand for the second factor. */
  rememberedLife: 30 * day,
} as const

export const tenant = {
  /** A remembered row this old is read again after the answer; what must bite at once is judged in the statement. */
  freshFor: 5,
  /** One this old is read again before the answer: an isolate that nobody asked for a while. */
  usableFor: 10 * minute,
  /** Whether an origin is in any list is read again after the answer when it is this old: no request is decided by it. */
  originFreshFor: minute,
  /** Rows that an isolate remembers. */
  remembered: 1_000,
  /** Tenants that one account may found. */
  foundedBy: 20,
  membersPage: 50,
  roleNoticeLife: 7 * day,
  /** Raises of a day that owners are told of. */
  roleNoticesPerDay: 20,
  /** Bounds of what a tenant may write into its settings. */
  urlLength: 512,
  listLength: 50,
  /** No row has a higher one: its column holds 31 bits. */
  highestVersion: 2 ** 31 - 1,
  /** Seconds: a session that ends sooner would only be in the way. */
  shortestSession: 5 * minute,
} as const

/** Bounds of what a tenant may put into its register form: the form is read in every isolate, and shown as a whole. */
export const registerForm = {
  ownFields: 20,
  options: 50,
  labelLength: 120,
  optionLength: 64,
  /** Of an answer, in code points; also where the tenant says nothing. */
  textLength: 500,
  defaultTextLength: 200,
  /** Of all own fields as JSON. */
  bytes: 16 * 1_024,
  /** Unknown keys of a body that are named in the answer. */
  unknownKeys: 20,
} as const

export const appVersions = {
  /** Longer than any honest version; the comparison need not read more. */
  versionLength: 64,
  notesLength: 2_000,
  /** Builds blocked at one time: more are a minimum. */
  blocked: 50,
} as const

export const profile = {
  nameLength: 80,
  defaultMinimumAge: 13,
  maximumAge: 130,
  emailLength: 254,
} as const

/** Version of the texts that a person consents to, where a tenant's settings name none. */
export const consentVersion = '2026-11-01'
