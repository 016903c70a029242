import { phoneRegistration } from './phone-registration.ts'

phoneRegistration()
