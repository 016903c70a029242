import { sayUsers, type UsersName } from './words.ts'

const names: Record<string, UsersName> = {
  pending: 'statusPending',
  active: 'statusActive',
  disabled: 'statusDisabled',
  deleted: 'statusDeleted',
}

/** What can be asked for, and what it is called. */
export const statuses = Object.entries(names).map(([value, name]) => ({
  value,
  label: sayUsers(name),
}))

export function UserStatus({ status }: { status: string }) {
  const name = names[status]
  return <span className={`mark ${status}`}>{name ? sayUsers(name) : status}</span>
}
