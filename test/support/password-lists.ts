import { env } from 'cloudflare:workers'
import { passwordListsPort } from '../../src/edge/password-lists.ts'

/** What functions that judge a password ask for. */
export const lists = { passwordLists: passwordListsPort(env.ASSETS) }
