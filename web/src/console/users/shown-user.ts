import type { Answer } from 'gatehouse-client'

/** An account with what opens it. */
export type ShownUser = Answer<'GET /api/v1/admin/users/{id}'>
