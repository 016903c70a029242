import type { Answer } from 'gatehouse-client'

/** A form as the service describes it. */
export type Form = Answer<'GET /api/v1/auth/forms'>
export type Field = Form['fields'][number]
export type Action = Form['actions'][number]
export type FormName = Form['form']['name']
