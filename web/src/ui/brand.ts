import { useSyncExternalStore } from 'react'
import { tenant } from '../client.ts'
import type { Form } from '../forms/served-form.ts'

export type Brand = Form['branding']

/** Kept from the form that came last: a page that shows none, and the next visit, begin with it. */
const shelf = `gatehouse.brand.${tenant ?? ''}`
/** Where black and white stand out alike (WCAG 2.2, contrast ratio). */
const evenLuminance = Math.sqrt(1.05 * 0.05) - 0.05
const changes = new EventTarget()
let brand = kept()
let isFresh = false
paint()

/** What the tenant calls itself; without a name of its own, what the service is called. */
export function useBrand(): { name: string; supportUrl: string | null } {
  const shown = useSyncExternalStore(subscribe, () => brand)
  return { name: shown?.name ?? 'Gatehouse', supportUrl: shown?.support_url ?? null }
}

/** Whether it came with this visit. */
export function isBrandFresh(): boolean {
  return isFresh
}

export function showBrand(next: Brand): void {
  isFresh = true
  const text = JSON.stringify(next)
  if (text === JSON.stringify(brand)) return
  brand = next
  paint()
  try {
    localStorage.setItem(shelf, text)
  } catch {
    // Full, or forbidden: it comes with the next form.
  }
  changes.dispatchEvent(new Event('change'))
}

function kept(): Brand | null {
  try {
    return JSON.parse(localStorage.getItem(shelf) ?? 'null') as Brand | null
  } catch {
    return null
  }
}

function subscribe(listener: () => void): () => void {
  changes.addEventListener('change', listener)
  return () => changes.removeEventListener('change', listener)
}

/** The colour of what is pressed first. Words on it are black or white, whichever is read more easily. */
function paint(): void {
  const { style } = document.documentElement
  const color = brand?.primary_color
  if (!color) {
    style.removeProperty('--brand')
    style.removeProperty('--on-brand')
    return
  }
  style.setProperty('--brand', color)
  style.setProperty('--on-brand', luminance(color) > evenLuminance ? '#000000' : '#ffffff')
}

/** Of `#rrggbb`, as WCAG 2.2 defines it. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
