import { AuthProvider } from 'gatehouse-client/react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { client } from './client.ts'
import './mailed/token.ts'
import './style.css'
import { language } from './words/words.ts'

document.documentElement.lang = language
const root = document.querySelector('#root')
if (!root) throw new Error('The page has no place for its content.')
createRoot(root).render(
  <AuthProvider client={client}>
    <App />
  </AuthProvider>,
)
