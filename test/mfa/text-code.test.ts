import { textFactor } from './text-factor.ts'

textFactor()
