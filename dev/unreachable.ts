/** Names the host, never the address with its password. */
export function unreachable(connectionString: string, error: unknown): Error {
  const { hostname, port } = new URL(connectionString)
  const reason = (error as { code?: string }).code ?? 'no answer'
  return new Error(
    `There is no database to be had at ${hostname}:${port || 5432} (${reason}). ` +
      'Set DATABASE_URL to the one you mean. The local one runs only with `npm run dev`; where that was started with a ' +
      'POSTGRES_PORT of its own, start this with the same.',
  )
}
