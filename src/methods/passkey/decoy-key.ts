import type { StoredKey } from './store.ts'

/** Whom no account belongs to. */
export const decoyUser = '00000000-0000-0000-0000-000000000000'

/**
 * What an unknown credential is checked against, for the price of it: the COSE key of P-256's base point. Anyone can
 * sign for it, so a match means nothing and is never accepted.
 */
export const decoyKey: StoredKey = {
  id: decoyUser,
  credential_id: 'AA',
  public_key:
    'pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlggT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
  sign_count: 0,
  backup_eligible: false,
  user_verified: false,
}
