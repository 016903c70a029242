import { staleKv, useKv } from '../../support/kv.ts'
import './sign-in.test.ts'
import '../password/flows/register-phone.test.ts'
import '../../mfa/text-code.test.ts'

useKv(staleKv())
