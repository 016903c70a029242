import { useSite } from '../support/site.ts'
// Before the slow statements, of which a late one would take a lost answer for itself.
import './lost-answers.ts'
import './slowness.ts'
import './outage.ts'
import './brownout.ts'
import './sqlstates.ts'
import './mail.ts'
import './vendors.ts'
import './neighbours.ts'
import './queue.ts'
import './configuration.ts'
import './aftermath.ts'

useSite()
