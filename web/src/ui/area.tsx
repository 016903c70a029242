import type { ReactNode } from 'react'
import { Link, usePath } from '../router.tsx'
import './area.css'

interface AreaProps {
  /** What its list of pages is called. */
  name: string
  links: readonly { to: string; label: string }[]
  /** Beside the brand. */
  head: ReactNode
  children: ReactNode
}

/** Many pages with one list of them: above on a phone, at the side on a desk. */
export function Area({ name, links, head, children }: AreaProps) {
  const path = usePath()
  return (
    <div className="area">
      <header>
        <p className="brand">Gatehouse</p>
        {head}
      </header>
      <nav aria-label={name}>
        <ul>
          {links.map(({ to, label }) => (
            <li key={to}>
              <Link to={to} isCurrent={path === to}>
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main>{children}</main>
    </div>
  )
}
