import { useSite } from '../support/site.ts'
import './slowness.ts'
import './outage.ts'
import './brownout.ts'
import './sqlstates.ts'
import './lost-answers.ts'
import './mail.ts'
import './neighbours.ts'
import './queue.ts'
import './configuration.ts'
import './aftermath.ts'

useSite()
