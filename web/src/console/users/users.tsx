import { usePlace } from '../place.ts'
import { UserList } from './user-list.tsx'
import { UserPage } from './user-page.tsx'

export function Users() {
  const { item } = usePlace()
  return item ? <UserPage key={item} id={item} /> : <UserList />
}
