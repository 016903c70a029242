import { useEffect, useState } from 'react'
import { client } from '../client.ts'

export interface Update {
  minSupported: string
}

/** What the service asks for instead of this release of the pages; null while it takes it. */
export function useUpdate(): Update | null {
  const [update, setUpdate] = useState<Update | null>(null)
  useEffect(() => client.on('updateRequired', setUpdate), [])
  return update
}
