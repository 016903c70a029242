import { GatehouseError } from '../error.ts'
import type { ClientStorage } from '../storage.ts'
import type { BiometricCheck, SecureStore } from './platform.ts'

export interface GatedStorage extends ClientStorage {
  /** A sign-in has just proven more than a finger does. */
  unlock(): void
  /** The next use of the tokens asks again. */
  lock(): void
}

/** The keychain behind a check by finger or face. Only what is a session is gated: the rest opens nothing. */
export function gatedStorage(store: SecureStore, check?: BiometricCheck): GatedStorage {
  let isOpen = check === undefined
  let locks = 0
  async function open(): Promise<void> {
    if (isOpen || !check) return
    const before = locks
    const isAllowed = await check()
    // A yes to what was asked before the lock opens nothing after it.
    if (!isAllowed || locks !== before) throw new GatehouseError('BIOMETRICS_REFUSED')
    isOpen = true
  }

  return {
    async read(name) {
      const value = await store.get(name)
      if (value !== null && name === 'gatehouse.session') await open()
      return value
    },
    write: (name, value) => store.set(name, value),
    remove: (name) => store.delete(name),
    unlock: () => {
      isOpen = true
    },
    lock: () => {
      locks += 1
      isOpen = check === undefined
    },
  }
}
