import { useSite } from '../support/site.ts'
import './refresh.ts'
import './links.ts'
import './codes.ts'
import './sign-in-codes.ts'
import './registration.ts'
import './revocation.ts'
import './sweeps.ts'
import './factors.ts'
import './keys.ts'
import './providers.ts'

useSite()
