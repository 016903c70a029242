import { staleKv } from '../../support/kv.ts'
import { codesUnder } from './codes-under.ts'

codesUnder(staleKv())
