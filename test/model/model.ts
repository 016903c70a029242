import type { AuditAction } from '../../src/audit/actions.ts'

/** What should be so: people of two tenants as the rules have them, without a secret and without a database. */
export interface Model {
  tenants: readonly [Tenant, Tenant]
  people: readonly Person[]
  /** What was done so far. */
  story: string[]
  /** Rows that the command at hand adds to the trail. */
  trail: string[]
}

export interface Tenant {
  name: string
  requiresFactor: boolean
}

export interface Person {
  name: string
  tenant: Tenant
  isDisabled: boolean
  isAdministrator: boolean
  /** Deletion was asked for, and waits. */
  isClosing: boolean
  /** How often the password was replaced. */
  passwords: number
  /** Has an authenticator app, and backup codes with it. */
  hasApp: boolean
  codesLeft: number
  /** Backup codes that were shown or replaced. */
  codesDead: number
  sessions: Session[]
  halfDone: HalfDone[]
  /** Mailed, to set a password. */
  links: Link[]
  /** Attempts that the throttle counts and no success forgives. */
  failures: Record<Guessable, number>
}

/** What is over stays so: it is shown again all the same. */
interface Mortal {
  isOver: boolean
}

export interface Session extends Mortal {
  owner: Person
  level: 'aal1' | 'aal2'
  /** Of the newest refresh token, from 0. */
  generation: number
}

/** A sign-in that has shown the password. */
export interface HalfDone extends Mortal {
  owes: 'challenge' | 'enrolment'
}

export interface Link extends Mortal {
  owner: Person
}

export type Guessable = 'password' | 'totp' | 'backup_code' | 'elsewhere'

/** With the right one that comes after them they are not yet made to wait. */
export const mostFailures = 4

export function newModel(): Model {
  const open = { name: 'open', requiresFactor: false }
  const strict = { name: 'strict', requiresFactor: true }
  const people = [newPerson('Ann', open), newPerson('Bo', open), newPerson('Cy', strict)]
  return { tenants: [open, strict], people, story: [], trail: [] }
}

function newPerson(name: string, tenant: Tenant): Person {
  return {
    name,
    tenant,
    isDisabled: false,
    isAdministrator: false,
    isClosing: false,
    passwords: 0,
    hasApp: false,
    codesLeft: 0,
    codesDead: 0,
    sessions: [],
    halfDone: [],
    links: [],
    failures: { password: 0, totp: 0, backup_code: 0, elsewhere: 0 },
  }
}

export function otherTenant({ tenants: [one, other] }: Model, { tenant }: Person): Tenant {
  return tenant === one ? other : one
}

export function hasSessions({ sessions }: Person): boolean {
  return sessions.length > 0
}

export function mustHaveFactor({ tenant, isAdministrator }: Person): boolean {
  return tenant.requiresFactor || isAdministrator
}

/** What a password alone still owes. */
export function owedBy(person: Person): HalfDone['owes'] | null {
  if (person.hasApp) return 'challenge'
  return mustHaveFactor(person) ? 'enrolment' : null
}

/** Whether a session does what takes a second factor of those who have one or need one. It is minutes old at most. */
export function isSteppedUp({ owner, level }: Session): boolean {
  return level === 'aal2' || owedBy(owner) === null
}

/** A session that the rules of now would open is renewed: a second factor that came since is asked for at the next sign-in. */
export function isRenewed({ owner, level, isOver }: Session): boolean {
  return !isOver && (level === 'aal2' || !mustHaveFactor(owner))
}

/** It has what policy asks for at this moment, no less. */
export function openSession(model: Model, owner: Person): Session {
  const session: Session = {
    owner,
    level: owedBy(owner) ? 'aal2' : 'aal1',
    generation: 0,
    isOver: false,
  }
  owner.sessions.push(session)
  record(model, owner, 'session.opened')
  if (owner.isClosing) record(model, owner, 'account.closing_cancelled')
  owner.isClosing = false
  return session
}

/** The version of an account moves on: sign-ins that wait end with its sessions. */
export function endAuthority(
  { sessions, halfDone }: Person,
  kept: (session: Session) => boolean = () => false,
): void {
  end(sessions.filter((session) => !kept(session)))
  end(halfDone)
}

export function end(mortals: readonly Mortal[]): void {
  for (const mortal of mortals) mortal.isOver = true
}

/** @param who whose trail it is; null for nobody's whom the service knows */
export function record(
  model: Model,
  who: { name: string } | null,
  action: AuditAction,
  outcome: 'success' | 'failure' = 'success',
): void {
  model.trail.push(`${who?.name ?? 'nobody'} ${action} ${outcome}`)
}
