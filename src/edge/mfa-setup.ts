import type { Config } from '../config.ts'
import type { Clock, Meter, MfaSetup } from '../ports.ts'
import { callObject } from './call-object.ts'
import type { MfaSetupObject } from './mfa-setup-object.ts'

export function mfaSetupPort(
  namespace: DurableObjectNamespace<MfaSetupObject>,
  config: Pick<Config, 'durableObjectLocation'>,
  meter: Pick<Meter, 'objectCalls'>,
  clock: Clock,
): MfaSetup {
  const call = <T>(userId: string, work: (stub: DurableObjectStub<MfaSetupObject>) => Promise<T>) =>
    callObject('mfa set-up', () => {
      meter.objectCalls += 1
      return work(namespace.getByName(userId, { locationHint: config.durableObjectLocation }))
    })

  return {
    begin: (userId, setup) => call(userId, (stub) => stub.begin(setup, clock.now())),
    read: (userId) => call(userId, async (stub) => stub.read(clock.now())),
    end: (userId) => call(userId, (stub) => stub.end()),
  }
}
