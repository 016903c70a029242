import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  customType,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'

/** Every table. `docs/storage.md` says who writes and reads each, how long it lives, and what a thief of it gets. */

const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
const moment = (name: string) => timestamp(name, { withTimezone: true })
const createdAt = () => moment('created_at').notNull().defaultNow()
const updatedAt = () => moment('updated_at').notNull().defaultNow()
const tenantId = () =>
  uuid('tenant_id')
    .notNull()
    .references(() => tenants.id)

export const tenants = pgTable(
  'tenants',
  {
    id: uuid('id').primaryKey(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    /** What differs from the operator's configuration, as the API takes it: `src/tenants/settings.ts`. */
    settings: jsonb('settings').notNull().default({}),
    /** Grows with each change of name or settings: whoever judged by older ones judges again. */
    version: integer('version').notNull().default(1),
    /** Account of the default tenant that asked for it; no foreign key: the tenant outlives it. */
    foundedBy: uuid('founded_by'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    unique('tenants_slug_unique').on(table.slug),
    index('tenants_founded_index').on(table.foundedBy),
  ],
)

/** What is out of each app, and what of it is still served. A trigger moves the tenant's version on with each change. */
export const appVersions = pgTable(
  'app_versions',
  {
    tenantId: tenantId(),
    platform: text('platform').notNull(),
    latest: text('latest').notNull(),
    minSupported: text('min_supported').notNull(),
    storeUrl: text('store_url'),
    /** What is new, by language. */
    notes: jsonb('notes'),
    /** Builds that are not served, whatever the minimum is. */
    blocked: text('blocked').array().notNull().default(sql`'{}'`),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ name: 'app_versions_key', columns: [table.tenantId, table.platform] }),
    check('app_versions_platform_check', sql`${table.platform} in ('android', 'ios', 'web')`),
  ],
)

export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    status: text('status').notNull(),
    email: text('email'),
    emailVerifiedAt: moment('email_verified_at'),
    phoneE164: text('phone_e164'),
    phoneVerifiedAt: moment('phone_verified_at'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    dateOfBirth: date('date_of_birth'),
    gender: text('gender'),
    mobile: text('mobile'),
    locale: text('locale').notNull().default('en'),
    /** Answers to the tenant's own fields, by name: `src/tenants/register-form.ts`. */
    extra: jsonb('extra').notNull().default({}),
    roles: text('roles').array().notNull().default(sql`'{member}'`),
    mfaEnabled: boolean('mfa_enabled').notNull().default(false),
    /** A denial by mail took the last second factor: see `assurance/factors-denied.ts`. */
    factorsDeniedAt: moment('factors_denied_at'),
    /** Grows when authority is taken away: every session with an older number is dead at once. */
    authorityVersion: integer('authority_version').notNull().default(1),
    authorityChangedAt: moment('authority_changed_at').notNull().defaultNow(),
    /** Mails sent unasked for in the current window, see `policy.mailBudget`. */
    mailWindowAt: moment('mail_window_at').notNull().defaultNow(),
    mailWindowCount: integer('mail_window_count').notNull().default(0),
    /** The same for reset links. */
    resetWindowAt: moment('reset_window_at').notNull().defaultNow(),
    resetWindowCount: integer('reset_window_count').notNull().default(0),
    /** The same for recovery links. */
    recoverWindowAt: moment('recover_window_at').notNull().defaultNow(),
    recoverWindowCount: integer('recover_window_count').notNull().default(0),
    /** The owner was told that few backup codes are left; codes made later may be told of again. */
    backupCodesToldAt: moment('backup_codes_told_at'),
    lastLoginAt: moment('last_login_at'),
    /** Opens what the trail tells of where and with what somebody acted; null once the account is a tombstone. */
    auditKey: bytes('audit_key').default(
      sql`sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))`,
    ),
    /** Its owner asked for deletion: from then on the sweep makes it a tombstone. Of a tombstone, when it became one. */
    deletesAt: moment('deletes_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    // Also what a search for the beginning of an address goes by.
    uniqueIndex('users_tenant_email_unique').on(table.tenantId, table.email.op('text_pattern_ops')),
    // A number that nobody proved claims nothing: any account may have typed it.
    uniqueIndex('users_tenant_phone_unique')
      .on(table.tenantId, table.phoneE164)
      .where(sql`${table.phoneVerifiedAt} is not null`),
    // One registration waits for each number: see `methods/password/register-by-phone.ts`.
    uniqueIndex('users_tenant_waiting_phone_unique')
      .on(table.tenantId, table.phoneE164)
      .where(sql`${table.status} = 'pending' and ${table.email} is null`),
    check(
      'users_status_check',
      sql`${table.status} in ('pending', 'active', 'disabled', 'deleted')`,
    ),
    check(
      'users_reachable_check',
      sql`${table.email} is not null or ${table.phoneE164} is not null or ${table.status} = 'deleted'`,
    ),
    // Pages of administrators, and what they search by: see `admin/users/list.ts`.
    index('users_tenant_index').on(table.tenantId, table.id),
    index('users_tenant_status_index').on(table.tenantId, table.status, table.id),
    index('users_tenant_mfa_index').on(table.tenantId, table.id).where(sql`${table.mfaEnabled}`),
    index('users_administrators_index')
      .on(table.tenantId, table.id)
      .where(sql`${table.roles} && '{owner,admin}'::text[]`),
    index('users_tenant_phone_index').on(table.tenantId, table.phoneE164.op('text_pattern_ops')),
    index('users_tenant_first_name_index').on(
      table.tenantId,
      sql`lower(${table.firstName}) text_pattern_ops`,
    ),
    index('users_tenant_last_name_index').on(
      table.tenantId,
      sql`lower(${table.lastName}) text_pattern_ops`,
    ),
    index('users_authority_index').on(table.authorityChangedAt),
    index('users_deletes_index').on(table.deletesAt).where(sql`${table.deletesAt} is not null`),
  ],
)

const userId = () =>
  uuid('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' })

export const passwordCredentials = pgTable('password_credentials', {
  userId: userId().primaryKey(),
  tenantId: tenantId(),
  hash: text('hash').notNull(),
  pepperId: text('pepper_id').notNull(),
  /** Last right use: forgives earlier failures at the throttle. */
  provenAt: moment('proven_at'),
  /** Set by a mailed link: for a while the mailbox is no second proof beside this password. */
  mailedAt: moment('mailed_at'),
  changedAt: moment('changed_at').notNull().defaultNow(),
  createdAt: createdAt(),
})

export const passwordHistory = pgTable(
  'password_history',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    hash: text('hash').notNull(),
    pepperId: text('pepper_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('password_history_user_index').on(table.userId, table.createdAt.desc())],
)

/** A session is a refresh-token family: one row, of which the live generation is the newest number. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    authorityVersion: integer('authority_version').notNull(),
    refreshGeneration: integer('refresh_generation').notNull().default(1),
    refreshHash: bytes('refresh_hash').notNull(),
    refreshedAt: moment('refreshed_at').notNull().defaultNow(),
    amr: text('amr').array().notNull(),
    acr: text('acr').notNull(),
    authenticatedAt: moment('authenticated_at').notNull().defaultNow(),
    transport: text('transport').notNull(),
    deviceId: uuid('device_id').references(() => devices.id, { onDelete: 'set null' }),
    ipPrefix: text('ip_prefix'),
    country: text('country'),
    userAgent: text('user_agent'),
    platform: text('platform'),
    appVersion: text('app_version'),
    lastSeenAt: moment('last_seen_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
    /** An index takes this in place of `expires_at`, which every refresh moves: most find this the same. */
    expiresOn: date('expires_on').generatedAlwaysAs(sql`(expires_at at time zone 'utc')::date`),
    endsAt: moment('ends_at').notNull(),
    revokedAt: moment('revoked_at'),
    revokedReason: text('revoked_reason'),
    createdAt: createdAt(),
  },
  // No index on a column that a refresh changes: Postgres then writes the row alone, and reuses the place of the old one.
  (table) => [
    check('sessions_transport_check', sql`${table.transport} in ('body', 'cookie')`),
    index('sessions_user_index').on(table.userId, table.createdAt.desc()),
    index('sessions_revoked_index').on(table.revokedAt).where(sql`${table.revokedAt} is not null`),
    index('sessions_expires_on_index').on(table.expiresOn),
  ],
)

/** Links and codes that work once: proof of an address, reset of a password, start of a recovery. */
export const oneTimeTokens = pgTable(
  'one_time_tokens',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    purpose: text('purpose').notNull(),
    tokenHash: bytes('token_hash').notNull(),
    codeHash: bytes('code_hash'),
    /** Wrong codes; of a link that sets a password, how often it was presented. */
    codeFailures: integer('code_failures').notNull().default(0),
    /** What takes effect when the token is spent: a registration waits here until its address is proven. */
    payload: jsonb('payload').notNull().default({}),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
    createdAt: createdAt(),
  },
  (table) => [
    unique('one_time_tokens_hash_unique').on(table.tokenHash),
    check(
      'one_time_tokens_purpose_check',
      sql`${table.purpose} in ('verify_email', 'verify_phone', 'reset_password', 'recover', 'deny',
        'change_email', 'undo_email')`,
    ),
    index('one_time_tokens_user_index').on(table.userId, table.purpose, table.createdAt.desc()),
    index('one_time_tokens_expires_index').on(table.expiresAt),
  ],
)

/** A mailed offer of a role. Whoever holds its link has shown that the mailbox is theirs. */
export const invitations = pgTable(
  'invitations',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    email: text('email').notNull(),
    role: text('role').notNull(),
    tokenHash: bytes('token_hash').notNull(),
    /** Letters that it has caused. */
    sends: integer('sends').notNull().default(1),
    /** Who sent it; no foreign key: the offer stands without them. */
    invitedBy: uuid('invited_by').notNull(),
    expiresAt: moment('expires_at').notNull(),
    acceptedAt: moment('accepted_at'),
    revokedAt: moment('revoked_at'),
    createdAt: createdAt(),
  },
  (table) => [
    unique('invitations_hash_unique').on(table.tokenHash),
    // One open offer for each address: a new one takes its place.
    uniqueIndex('invitations_open_unique')
      .on(table.tenantId, table.email)
      .where(sql`${table.acceptedAt} is null and ${table.revokedAt} is null`),
    check('invitations_role_check', sql`${table.role} in ('owner', 'admin', 'member')`),
    index('invitations_tenant_created_index').on(table.tenantId, table.createdAt),
    index('invitations_expires_index').on(table.expiresAt),
  ],
)

/** Recoveries that wait: until they complete, password and second factors are as they were. */
export const recoveries = pgTable(
  'recoveries',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    /** Of the mailed link that started it: the same link completes it. */
    tokenHash: bytes('token_hash').notNull(),
    /** Of the link in the letter that announces it. */
    cancelHash: bytes('cancel_hash').notNull(),
    /** The password that takes effect on completion, hashed as any; null once closed or too late. */
    hash: text('hash'),
    pepperId: text('pepper_id'),
    completesAt: moment('completes_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    closedAt: moment('closed_at'),
    closedReason: text('closed_reason'),
    createdAt: createdAt(),
  },
  (table) => [
    unique('recoveries_token_unique').on(table.tokenHash),
    unique('recoveries_cancel_unique').on(table.cancelHash),
    check(
      'recoveries_closed_check',
      sql`${table.closedReason} in ('completed', 'cancelled', 'superseded')`,
    ),
    index('recoveries_user_index').on(table.userId, table.createdAt.desc()),
    index('recoveries_expires_index').on(table.expiresAt),
  ],
)

/** Second factors that an account has proven to hold. Keys of WebAuthn and backup codes have tables of their own. */
export const factors = pgTable(
  'factors',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    type: text('type').notNull(),
    name: text('name'),
    /** Where texts go: proven by a first one, and of no other use. */
    phoneE164: text('phone_e164'),
    /** TOTP: the seed, AES-256-GCM under a key outside the database. */
    sealedSecret: text('sealed_secret'),
    /** TOTP: the newest time step that was used (RFC 6238 §5.2: each once), and how far the clock was off, in steps. */
    lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0),
    drift: integer('drift').notNull().default(0),
    lastUsedAt: moment('last_used_at'),
    createdAt: createdAt(),
  },
  (table) => [
    check('factors_type_check', sql`${table.type} in ('totp', 'email', 'sms', 'whatsapp')`),
    index('factors_user_index').on(table.userId),
    // One authenticator app at a time: a second one would double what can be guessed.
    uniqueIndex('factors_user_type_unique').on(table.userId, table.type),
  ],
)

export const backupCodes = pgTable(
  'backup_codes',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    /** Not secret: finds the row, so that one code costs one comparison. */
    selector: text('selector').notNull(),
    codeHash: bytes('code_hash').notNull(),
    usedAt: moment('used_at'),
    createdAt: createdAt(),
  },
  (table) => [unique('backup_codes_user_selector_unique').on(table.userId, table.selector)],
)

/** Codes mailed or texted as a second factor: the newest of each sign-in or session, so that none takes another's place. */
export const factorCodes = pgTable(
  'factor_codes',
  {
    userId: userId(),
    type: text('type').notNull(),
    /** Id of the pending sign-in or session that it was sent for. */
    placeId: uuid('place_id').notNull(),
    tenantId: tenantId(),
    /** HMAC over code and what it was sent for. */
    codeHash: bytes('code_hash').notNull(),
    /** Where a text went: what it proves. */
    phoneE164: text('phone_e164'),
    failures: integer('failures').notNull().default(0),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [
    primaryKey({ name: 'factor_codes_key', columns: [table.userId, table.type, table.placeId] }),
    check('factor_codes_type_check', sql`${table.type} in ('email', 'sms', 'whatsapp')`),
    index('factor_codes_expires_at_index').on(table.expiresAt),
  ],
)

/** How often an account was sent a code, whatever it was for; devices that it knows have a count of their own. */
export const factorSends = pgTable(
  'factor_sends',
  {
    userId: userId(),
    type: text('type').notNull(),
    knownDevice: boolean('known_device').notNull(),
    tenantId: tenantId(),
    sentAt: moment('sent_at').notNull().defaultNow(),
    /** Codes sent in the current window. */
    windowAt: moment('window_at').notNull().defaultNow(),
    windowCount: integer('window_count').notNull().default(1),
  },
  (table) => [
    primaryKey({
      name: 'factor_sends_key',
      columns: [table.userId, table.type, table.knownDevice],
    }),
    check('factor_sends_type_check', sql`${table.type} in ('email', 'sms', 'whatsapp')`),
    index('factor_sends_sent_at_index').on(table.sentAt),
  ],
)

/** A sign-in whose first factor is proven: it waits for the second, or for one to be enrolled. */
export const pendingSignIns = pgTable(
  'pending_sign_ins',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    kind: text('kind').notNull(),
    tokenHash: bytes('token_hash').notNull(),
    authorityVersion: integer('authority_version').notNull(),
    proven: text('proven').array().notNull(),
    deviceId: uuid('device_id').references(() => devices.id, { onDelete: 'set null' }),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
    createdAt: createdAt(),
  },
  (table) => [
    unique('pending_sign_ins_hash_unique').on(table.tokenHash),
    check('pending_sign_ins_kind_check', sql`${table.kind} in ('challenge', 'enrolment')`),
    index('pending_sign_ins_user_index').on(table.userId),
    index('pending_sign_ins_expires_index').on(table.expiresAt),
  ],
)

/** Public keys of passkeys and security keys (the credential record of WebAuthn L3 §4). Nothing here can sign. */
export const webauthnCredentials = pgTable(
  'webauthn_credentials',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    credentialId: bytes('credential_id').notNull(),
    /** COSE_Key (RFC 9052 §7). */
    publicKey: bytes('public_key').notNull(),
    signCount: bigint('sign_count', { mode: 'number' }).notNull(),
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    transports: text('transports').array().notNull(),
    /** Model of the authenticator, as it says. */
    aaguid: uuid('aaguid').notNull(),
    backupEligible: boolean('backup_eligible').notNull(),
    backedUp: boolean('backed_up').notNull(),
    /** Has verified its user once: only then may it stand for a sign-in without another factor. */
    userVerified: boolean('user_verified').notNull(),
    lastUsedAt: moment('last_used_at'),
    createdAt: createdAt(),
  },
  (table) => [
    unique('webauthn_credentials_tenant_credential_unique').on(table.tenantId, table.credentialId),
    check('webauthn_credentials_kind_check', sql`${table.kind} in ('passkey', 'security_key')`),
    index('webauthn_credentials_user_index').on(table.userId),
  ],
)

/**
 * Challenges that wait for a signature. Ids without foreign keys: a row lives five minutes, and one for an unknown
 * address must cost what one for a known address costs.
 */
export const webauthnChallenges = pgTable(
  'webauthn_challenges',
  {
    id: uuid('id').primaryKey(),
    tenantId: uuid('tenant_id').notNull(),
    userId: uuid('user_id'),
    sessionId: uuid('session_id'),
    pendingId: uuid('pending_id'),
    purpose: text('purpose').notNull(),
    /** Of the credential to be made. */
    kind: text('kind'),
    challenge: bytes('challenge').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [
    unique('webauthn_challenges_challenge_unique').on(table.challenge),
    check(
      'webauthn_challenges_purpose_check',
      sql`${table.purpose} in ('register', 'sign_in', 'second_factor', 'step_up')`,
    ),
    check('webauthn_challenges_kind_check', sql`${table.kind} in ('passkey', 'security_key')`),
    index('webauthn_challenges_expires_index').on(table.expiresAt),
  ],
)

/** Who an account is at a sign-in provider: whoever the provider vouches for under this subject signs in. */
export const oauthAccounts = pgTable(
  'oauth_accounts',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    provider: text('provider').notNull(),
    /** The provider's name for the person; at Microsoft with the directory before it. */
    subject: text('subject').notNull(),
    /** As the provider said when it was linked: shown to the owner, never looked up. */
    email: text('email'),
    lastUsedAt: moment('last_used_at'),
    createdAt: createdAt(),
  },
  (table) => [
    unique('oauth_accounts_tenant_subject_unique').on(
      table.tenantId,
      table.provider,
      table.subject,
    ),
    check(
      'oauth_accounts_provider_check',
      sql`${table.provider} in ('google', 'facebook', 'apple', 'github', 'microsoft')`,
    ),
    index('oauth_accounts_user_index').on(table.userId),
  ],
)

/** What a provider's answer bought: the app's page redeems it within a minute, with a verifier of its own. */
export const exchangeCodes = pgTable(
  'exchange_codes',
  {
    /** Of the transaction in the browser's cookie: an answer that comes twice finds its row. */
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    purpose: text('purpose').notNull(),
    codeHash: bytes('code_hash').notNull(),
    codeChallenge: text('code_challenge').notNull(),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    authorityVersion: integer('authority_version'),
    identityId: uuid('identity_id').references(() => oauthAccounts.id, { onDelete: 'cascade' }),
    userCreated: boolean('user_created').notNull(),
    /** The identity that waits to be linked; empty for a sign-in, and when spent. */
    person: jsonb('person').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [
    unique('exchange_codes_hash_unique').on(table.codeHash),
    check('exchange_codes_purpose_check', sql`${table.purpose} in ('sign_in', 'link')`),
    index('exchange_codes_expires_index').on(table.expiresAt),
  ],
)

export const consents = pgTable(
  'consents',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    kind: text('kind').notNull(),
    version: text('version').notNull(),
    ipPrefix: text('ip_prefix'),
    acceptedAt: moment('accepted_at').notNull(),
  },
  (table) => [
    check('consents_kind_check', sql`${table.kind} in ('terms', 'privacy')`),
    index('consents_user_index').on(table.userId),
  ],
)

/** Devices that an account knows: by a cookie or an install id, of which only the hash is here. */
export const devices = pgTable(
  'devices',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: userId(),
    tokenHash: bytes('token_hash').notNull(),
    platform: text('platform'),
    userAgent: text('user_agent'),
    /** Until then this device stands for the second factor, while the account's authority is the one of that moment. */
    rememberedUntil: moment('remembered_until'),
    rememberedVersion: integer('remembered_version'),
    lastSeenAt: moment('last_seen_at').notNull().defaultNow(),
    createdAt: createdAt(),
  },
  (table) => [unique('devices_user_token_unique').on(table.userId, table.tokenHash)],
)

/** Messages to send, written by the statement that made their token. The secret part is sealed. */
export const outbox = pgTable(
  'outbox',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    channel: text('channel').notNull().default('email'),
    /** Channels to go on to, in order, where this one does not reach the recipient. */
    fallback: text('fallback').array().notNull().default(sql`'{}'`),
    /** Of a text: where it goes, as budgets count it (`+880 BD`). */
    prefix: text('prefix'),
    /** The letter; `none` is the row of an unknown address: it costs the same and sends nothing. */
    letter: text('letter').notNull(),
    recipient: text('recipient'),
    locale: text('locale').notNull(),
    sealed: text('sealed'),
    status: text('status').notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: moment('next_attempt_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    sentAt: moment('sent_at'),
    deliveredAt: moment('delivered_at'),
    providerMessageId: text('provider_message_id'),
    lastError: text('last_error'),
    createdAt: createdAt(),
  },
  (table) => [
    check('outbox_channel_check', sql`${table.channel} in ('email', 'sms', 'whatsapp')`),
    check(
      'outbox_status_check',
      sql`${table.status} in ('pending', 'sent', 'dead', 'expired', 'suppressed', 'none')`,
    ),
    index('outbox_due_index').on(table.nextAttemptAt).where(sql`${table.status} = 'pending'`),
    index('outbox_kept_index')
      .on(table.expiresAt)
      .where(sql`${table.status} = 'sent' and ${table.sealed} is not null`),
    index('outbox_created_index').on(table.createdAt),
    index('outbox_tenant_index').on(table.tenantId, table.createdAt),
    index('outbox_provider_index').on(table.providerMessageId),
  ],
)

/**
 * Texts of one tenant to one country on one day (UTC), and how many of them somebody verified: texts cost money, and
 * fraud earns by making them be sent. The row of prefix `*` is the tenant as a whole.
 */
export const textCounts = pgTable(
  'text_counts',
  {
    tenantId: tenantId(),
    day: date('day').notNull(),
    prefix: text('prefix').notNull(),
    sent: integer('sent').notNull().default(0),
    verified: integer('verified').notNull().default(0),
    /** `sent` as it was at the last mark, and at the one before: what is that old had its time to be verified. */
    markedAt: moment('marked_at').notNull().defaultNow(),
    marked: integer('marked').notNull().default(0),
    settled: integer('settled').notNull().default(0),
  },
  (table) => [
    primaryKey({ name: 'text_counts_key', columns: [table.tenantId, table.day, table.prefix] }),
  ],
)

/** Texts of all tenants together on one day: the operator pays for them. */
export const textTotals = pgTable('text_totals', {
  day: date('day').primaryKey(),
  sent: integer('sent').notNull(),
})

/**
 * What a vendor said of a text before the row of that text said that it was sent: the answer to the request and the
 * webhook race. Ten minutes, then nobody waits for the text any more.
 */
export const textReports = pgTable('text_reports', {
  /** As the outbox keeps it: `vendor:id`. */
  messageId: text('message_id').primaryKey(),
  delivered: boolean('delivered').notNull(),
  reason: text('reason'),
  receivedAt: moment('received_at').notNull().defaultNow(),
})

/**
 * The same of a mail: what SES said before the row said that it was sent. A mail of somebody else who sends by the same
 * account is one of ours for as long.
 */
export const mailReports = pgTable(
  'mail_reports',
  {
    messageId: text('message_id').notNull(),
    kind: text('kind').notNull(),
    reason: text('reason').notNull(),
    /** A list. */
    addresses: jsonb('addresses').notNull(),
    receivedAt: moment('received_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: 'mail_reports_key', columns: [table.messageId, table.kind] }),
    check('mail_reports_kind_check', sql`${table.kind} in ('bounce', 'complaint')`),
  ],
)

/** Mailed links that sign in, also where there is no account yet. */
export const signInLinks = pgTable(
  'sign_in_links',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    email: text('email').notNull(),
    tokenHash: bytes('token_hash').notNull(),
    /** Of the browser or app that asked; null where it showed nothing to be known by. */
    askerHash: bytes('asker_hash'),
    /** HMAC of the code that whoever asked was shown: it lets the link be used elsewhere. */
    codeHash: bytes('code_hash').notNull(),
    codeFailures: integer('code_failures').notNull().default(0),
    redirectTo: text('redirect_to'),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
    createdAt: createdAt(),
  },
  (table) => [
    unique('sign_in_links_hash_unique').on(table.tokenHash),
    index('sign_in_links_email_index').on(table.tenantId, table.email),
    index('sign_in_links_expires_index').on(table.expiresAt),
  ],
)

/** Where a tenant wants to be told of what happens in it. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    url: text('url').notNull(),
    description: text('description'),
    /** Actions of the trail, `session.*` for a family of them, `*` for all. */
    events: text('events').array().notNull(),
    sealedSecret: text('sealed_secret').notNull(),
    /** The secret before, which signs too until then. */
    previousSecret: text('previous_secret'),
    previousUntil: moment('previous_until'),
    status: text('status').notNull().default('active'),
    /** Failures in a row, those of one moment counted once; until `resume_at` nothing is sent there. */
    failures: integer('failures').notNull().default(0),
    failingSince: moment('failing_since'),
    resumeAt: moment('resume_at').notNull().defaultNow(),
    /** The owners were told that it is off. */
    toldAt: moment('told_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    // `paused` by an administrator, `off` by the service.
    check('webhook_endpoints_status_check', sql`${table.status} in ('active', 'paused', 'off')`),
    index('webhook_endpoints_tenant_index').on(table.tenantId),
  ],
)

/**
 * Events that an endpoint is told of: written by a trigger on `audit_events`, in the statement of the effect.
 * What they say is in the event itself. No foreign key to the endpoint: one that is removed at this moment must not
 * fail somebody's sign-in.
 */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    endpointId: uuid('endpoint_id').notNull(),
    eventId: uuid('event_id').notNull(),
    tenantId: tenantId(),
    status: text('status').notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: moment('next_attempt_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
    deliveredAt: moment('delivered_at'),
    /** The newest tries: when, what was answered, how long it took. */
    tries: jsonb('tries').notNull().default([]),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ name: 'webhook_deliveries_key', columns: [table.endpointId, table.eventId] }),
    check(
      'webhook_deliveries_status_check',
      sql`${table.status} in ('pending', 'delivered', 'dead', 'expired')`,
    ),
    index('webhook_deliveries_due_index')
      .on(table.endpointId, table.nextAttemptAt)
      .where(sql`${table.status} = 'pending'`),
    index('webhook_deliveries_expires_index')
      .on(table.expiresAt)
      .where(sql`${table.status} = 'pending'`),
    index('webhook_deliveries_created_index').on(table.createdAt),
  ],
)

/** Addresses that bounced for good or complained: nothing is sent to them. */
export const suppressions = pgTable(
  'suppressions',
  {
    channel: text('channel').notNull(),
    address: text('address').notNull(),
    reason: text('reason').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ name: 'suppressions_key', columns: [table.channel, table.address] })],
)

export const auditEvents = pgTable(
  'audit_events',
  {
    id: uuid('id').primaryKey(),
    tenantId: tenantId(),
    /** No foreign key: the trail outlives the account. */
    userId: uuid('user_id'),
    sessionId: uuid('session_id'),
    action: text('action').notNull(),
    outcome: text('outcome').notNull(),
    reason: text('reason'),
    /** Address, country and user agent, sealed with the account's key: see `src/audit/origin.ts`. */
    origin: bytes('origin'),
    requestId: text('request_id'),
    details: jsonb('details').notNull().default({}),
    occurredAt: moment('occurred_at').notNull().defaultNow(),
    /** Number of the seal that covers this row; null until the scheduled handler has sealed it. */
    seal: bigint('seal', { mode: 'number' }),
  },
  (table) => [
    check('audit_events_outcome_check', sql`${table.outcome} in ('success', 'failure')`),
    index('audit_events_user_index').on(table.tenantId, table.userId, table.id),
    // What administrators search and count by; ids ascend with time.
    index('audit_events_tenant_index').on(table.tenantId, table.id),
    index('audit_events_action_index').on(table.tenantId, table.action, table.id),
    index('audit_events_unsealed_index').on(table.id).where(sql`${table.seal} is null`),
    index('audit_events_seal_index').on(table.seal, table.id),
  ],
)

/** One row per sealed batch; each carries a MAC over itself and the one before. */
export const auditSeals = pgTable(
  'audit_seals',
  {
    number: bigint('number', { mode: 'number' }).primaryKey(),
    firstId: uuid('first_id').notNull(),
    lastId: uuid('last_id').notNull(),
    count: integer('count').notNull(),
    merkleRoot: bytes('merkle_root').notNull(),
    /** Id and leaf hash of each row, 48 bytes: names the first row that is not as it was sealed. */
    leaves: bytes('leaves').notNull(),
    /** SHA-256 of the rows as the sealer read them: where it is right, no row has to be looked at by itself. */
    rowsHash: bytes('rows_hash').notNull(),
    previousMac: bytes('previous_mac').notNull(),
    keyId: text('key_id').notNull(),
    mac: bytes('mac').notNull(),
    sealedAt: moment('sealed_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('audit_seals_previous_unique').on(table.previousMac)],
)
