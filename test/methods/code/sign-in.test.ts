import { signInByCode } from './sign-in-by-code.ts'

signInByCode()
