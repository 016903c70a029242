import { useSyncExternalStore } from 'react'
import { say } from '../words/words.ts'

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}

export function Offline() {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine)
  return (
    <div role="status" className={isOnline ? '' : 'offline'}>
      {isOnline ? '' : say('offline')}
    </div>
  )
}
