import { isGatehouseError, type Link } from 'gatehouse-client'
import { useState } from 'react'
import { Button, Text, View } from 'react-native'
import { gatehouse } from './gatehouse.ts'

type TokenLink = Extract<Link, { token: string }>

const acts: Partial<
  Record<TokenLink['kind'], { title: string; redeem: (token: string) => Promise<unknown> }>
> = {
  magicLink: { title: 'Sign in', redeem: (token) => gatehouse.magicLink.verify({ token }) },
  verifyEmail: { title: 'Confirm address', redeem: (token) => gatehouse.verifyEmail({ token }) },
  cancelRecovery: {
    title: 'Stop recovery',
    redeem: (token) => gatehouse.recovery.cancel({ token }),
  },
}

/** Nothing is redeemed before the person has seen what for: any app may send a link. */
export function LinkPrompt({ link, onDone }: { link: TokenLink; onDone: () => void }) {
  const [refusal, setRefusal] = useState('')
  const act = acts[link.kind]
  if (!act) return null
  async function redeem(): Promise<void> {
    try {
      await act?.redeem(link.token)
      onDone()
    } catch (error) {
      if (!isGatehouseError(error)) throw error
      setRefusal(error.message)
    }
  }
  return (
    <View>
      <Button title={act.title} onPress={() => void redeem()} />
      <Button title="Not now" onPress={onDone} />
      <Text>{refusal}</Text>
    </View>
  )
}
