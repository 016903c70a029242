import * as Linking from 'expo-linking'
import { AuthProvider, RequireAuth, useAuth } from 'gatehouse-client/react'
import { useEffect, useState } from 'react'
import { AppState, Button, Text, View } from 'react-native'
import { gatehouse } from './gatehouse.ts'
import { LinkPrompt } from './link-prompt.tsx'
import { SignIn } from './sign-in.tsx'

export function App() {
  return (
    <AuthProvider client={gatehouse}>
      <VersionGate>
        <Opened />
        <RequireAuth
          loading={<Text>One moment…</Text>}
          unreachable={<Text>No connection.</Text>}
          fallback={<SignIn />}
        >
          <Account />
        </RequireAuth>
      </VersionGate>
    </AuthProvider>
  )
}

/** A version that the service takes no longer shows where the next one is, and nothing else. */
function VersionGate({ children }: { children: React.ReactNode }) {
  const [storeUrl, setStoreUrl] = useState<string | null>(null)
  useEffect(() => gatehouse.on('updateRequired', (update) => setStoreUrl(update.storeUrl)), [])
  if (storeUrl === null) return children
  return (
    <View>
      <Text>This version is too old.</Text>
      <Button title="Update" onPress={() => void Linking.openURL(storeUrl)} />
    </View>
  )
}

/** What a link of a mail asks for, when it opened the app. */
function Opened() {
  const url = Linking.useLinkingURL()
  const [done, setDone] = useState<string | null>(null)
  const link = url && url !== done ? gatehouse.readLink(url) : null
  return link && 'token' in link ? <LinkPrompt link={link} onDone={() => setDone(url)} /> : null
}

function Account() {
  const { user, client } = useAuth()
  useEffect(() => {
    const away = AppState.addEventListener('change', (state) => {
      if (state === 'background') gatehouse.lock()
    })
    return () => away.remove()
  }, [])
  return (
    <View>
      <Text>{user?.email ?? user?.phone_e164}</Text>
      <Button title="Sign out" onPress={() => void client.logout()} />
    </View>
  )
}
