import { usePath } from '../router.tsx'

/** What of an address tells where in the console one is: `/console/users/7` is `users` and `7`. */
export function usePlace(): { section: string; item: string } {
  const [, , section = '', item = ''] = usePath().split('/')
  return { section, item: decodeURIComponent(item) }
}
