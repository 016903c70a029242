import { type ErrorCode, GatehouseError, isGatehouseError } from 'gatehouse-client'
import { sentenceOf } from '../words/words.ts'

/** A refusal that can only be about one field is that field's: `fields` tells which, by code. */
export async function beside<T>(
  fields: Partial<Record<ErrorCode, string>>,
  work: () => Promise<T>,
): Promise<T> {
  return work().catch((error: unknown) => {
    const field = isGatehouseError(error) ? fields[error.code] : undefined
    if (!isGatehouseError(error) || !field) throw error
    const { code, status } = error
    const errors = [{ field, code, message: sentenceOf(error) }]
    throw new GatehouseError('VALIDATION_FAILED', { status, errors })
  })
}
