import type { ComponentType } from 'react'
import { type LazyPage, lazyPage } from './lazy-page.ts'
import { loadBrand } from './ui/load-brand.ts'

/** Part of the first script: signing in is what most come for. */
const signIn = '/login'

const mailed = brandedPage(() => import('./mailed/mailed.tsx').then((m) => m.Mailed))

/** A page that may have no form, which would say whose it is: that is asked for while the script is on its way. */
function brandedPage(load: () => Promise<ComponentType>): LazyPage {
  return lazyPage(() => {
    void loadBrand()
    return load()
  })
}

const pages: Record<string, LazyPage> = {
  '/': brandedPage(() => import('./home/home.tsx').then((m) => m.Home)),
  '/register': lazyPage(() => import('./register/register.tsx').then((m) => m.Register)),
  '/auth/callback': lazyPage(() => import('./sign-in/callback.tsx').then((m) => m.Callback)),
  '/verify-email': mailed,
  '/verify-email/resend': lazyPage(() => import('./mailed/resend.tsx').then((m) => m.Resend)),
  '/email/confirm': mailed,
  '/email/undo': mailed,
  '/recover': brandedPage(() => import('./mailed/recover.tsx').then((m) => m.Recover)),
  '/recover/request': lazyPage(() =>
    import('./mailed/recover-request.tsx').then((m) => m.RecoverRequest),
  ),
  '/recover/complete': mailed,
  '/recover/cancel': mailed,
  '/recover/not-me': mailed,
  '/accept-invitation': mailed,
  '/forgot-password': lazyPage(() => import('./mailed/forgot.tsx').then((m) => m.Forgot)),
  '/reset-password': lazyPage(() => import('./mailed/reset.tsx').then((m) => m.Reset)),
  '/magic-link': brandedPage(() => import('./mailed/magic-link.tsx').then((m) => m.MagicLink)),
  '/sign-in-link': lazyPage(() => import('./mailed/sign-in-link.tsx').then((m) => m.SignInLink)),
}

/** What has many pages finds out by itself which one the address means. */
const areas: Record<string, LazyPage> = {
  '/account': lazyPage(() => import('./account/account.tsx').then((m) => m.Account)),
  '/console': lazyPage(() => import('./console/console.tsx').then((m) => m.Console)),
}

export interface Route {
  /** The same for every address of an area. */
  name: string
  Shown: LazyPage
}

const notFound: Route = {
  name: 'not found',
  Shown: lazyPage(() => import('./home/not-found.tsx').then((m) => m.NotFound)),
}

/** The page of an address; null for signing in, which needs no second script. */
export function routeOf(path: string): Route | null {
  if (path === signIn) return null
  const page = pages[path]
  if (page) return { name: path, Shown: page }
  const name = `/${path.split('/')[1]}`
  const area = areas[name]
  return area ? { name, Shown: area } : notFound
}
