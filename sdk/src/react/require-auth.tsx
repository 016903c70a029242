import { Fragment, type ReactNode } from 'react'
import { useAuth } from './use-auth.ts'

export interface RequireAuthProps {
  children: ReactNode
  /** For who is not signed in: the way to the sign-in page. */
  fallback: ReactNode
  /** While it is not known yet. */
  loading?: ReactNode
  /** Where the service could not be asked; without it, `loading`. */
  unreachable?: ReactNode
  /** One of these is enough; `forbidden` is for whoever has none. */
  roles?: readonly string[]
  forbidden?: ReactNode
}

/** Shows its children to who is signed in. For comfort only: what a page may know, the service decides. */
export function RequireAuth(props: RequireAuthProps): ReactNode {
  const {
    children,
    fallback,
    loading = null,
    unreachable = loading,
    roles,
    forbidden = null,
  } = props
  const { status, user } = useAuth()
  if (status === 'loading') return loading
  // Who was signed in a moment ago goes on reading while the connection is away.
  if (status === 'unreachable' && !user) return unreachable
  if (!user) return fallback
  if (roles && !roles.some((role) => user.roles.includes(role))) return forbidden
  // Another tab may sign somebody else in: what was typed or shown for the one is not for the other.
  return <Fragment key={user.id}>{children}</Fragment>
}
