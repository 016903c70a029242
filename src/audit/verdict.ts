export type AuditFault =
  | 'seal_missing'
  | 'seal_inserted'
  | 'seal_edited'
  | 'seal_out_of_order'
  | 'row_edited'
  | 'row_deleted'
  | 'row_inserted'
  | 'tail_cut'
  | 'anchor_contradicted'
  | 'anchor_forged'

export interface BadAudit {
  ok: false
  /** The first seal that does not hold. */
  seal: number | null
  /** The first row that is not as it was sealed; null where the rows do not tell. */
  firstBadId: string | null
  reason: AuditFault
}

export interface GoodAudit {
  ok: true
  seals: number
  rows: number
  /** The seal that the copy outside the database vouches for; null: a cut tail would go unseen. */
  anchored: number | null
}

export function bad(
  reason: AuditFault,
  seal: number | null,
  firstBadId: string | null = null,
): BadAudit {
  return { ok: false, seal, firstBadId, reason }
}
