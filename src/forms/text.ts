import { z } from 'zod'
import { storable } from '../database/storable.ts'

/** A string that the database and the hash can take as it is. */
export function text(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine(...storable)
}
