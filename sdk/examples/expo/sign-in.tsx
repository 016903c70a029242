import { isGatehouseError, type SignInResult, stateOf } from 'gatehouse-client'
import { useState } from 'react'
import { Button, Text, TextInput, View } from 'react-native'
import { gatehouse, redirectTo } from './gatehouse.ts'

export function SignIn() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [pending, setPending] = useState<string | null>(null)
  const [message, setMessage] = useState('')

  async function attempt(way: () => Promise<SignInResult | null>): Promise<void> {
    setMessage('')
    try {
      const result = await way()
      if (result && 'mfa_token' in result) setPending(result.mfa_token)
      else if (result && stateOf(result) === 'enrollment')
        setMessage('Set up a second factor on the web first.')
    } catch (error) {
      if (!isGatehouseError(error)) throw error
      setMessage(error.retryAfter ? `${error.message} (${error.retryAfter} s)` : error.message)
    }
  }

  const byPassword = () => gatehouse.login({ email, password })
  const byGoogle = async () => {
    const back = await gatehouse.signInWith({ provider: 'google', redirectTo })
    return back?.kind === 'signIn' ? back.result : null
  }
  const byLink = async () => {
    await gatehouse.magicLink.send({ email })
    setMessage('Open the link in the mail on this phone.')
    return null
  }
  const bySecondFactor = async (mfa_token: string) => {
    await gatehouse.mfa.verify({ mfa_token, type: 'totp', code })
    return null
  }

  if (pending !== null) {
    return (
      <View>
        <TextInput value={code} onChangeText={setCode} autoComplete="one-time-code" />
        <Button title="Go on" onPress={() => void attempt(() => bySecondFactor(pending))} />
        <Text>{message}</Text>
      </View>
    )
  }
  return (
    <View>
      <TextInput value={email} onChangeText={setEmail} autoComplete="email" />
      <TextInput
        value={password}
        onChangeText={setPassword}
        autoComplete="current-password"
        secureTextEntry
      />
      <Button title="Sign in" onPress={() => void attempt(byPassword)} />
      <Button title="Mail me a link" onPress={() => void attempt(byLink)} />
      <Button title="Sign in with Google" onPress={() => void attempt(byGoogle)} />
      <Text>{message}</Text>
    </View>
  )
}
