import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

export type LazyPage = LazyExoticComponent<ComponentType>

/** A page that is a script of its own, with its words and its styles: nobody loads what they do not visit. */
export function lazyPage(load: () => Promise<ComponentType>): LazyPage {
  return lazy(async () => ({ default: await load() }))
}
