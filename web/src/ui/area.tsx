import type { ReactNode } from 'react'
import { Link, usePath } from '../router.tsx'
import './area.css'
import { useBrand } from './brand.ts'
import { LanguageSwitch } from './language-switch.tsx'

interface AreaProps {
  /** What its list of pages is called. */
  name: string
  /** An address that has others below it says itself whether it is the one that is shown. */
  links: readonly { to: string; label: string; isCurrent?: boolean }[]
  /** Beside the brand. */
  head: ReactNode
  children: ReactNode
  /** For lists with many columns. */
  isWide?: boolean
}

/** Many pages with one list of them: above on a phone, at the side on a desk. */
export function Area({ name, links, head, children, isWide = false }: AreaProps) {
  const path = usePath()
  const brand = useBrand()
  return (
    <div className={isWide ? 'area wide' : 'area'}>
      <header>
        <p className="brand">{brand.name}</p>
        {head}
        <LanguageSwitch />
      </header>
      <nav aria-label={name}>
        <ul>
          {links.map(({ to, label, isCurrent = path === to }) => (
            <li key={to}>
              <Link to={to} isCurrent={isCurrent}>
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
