import { phonePrefix } from '../accounts/fields/phone-number.ts'
import type { TextChannel } from '../config.ts'
import { AuthError, fieldError } from '../errors.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Route } from './outbox.ts'

/** Where a text goes: by the channel that was asked for, then by the tenant's others. */
export function textRoute(tenant: Tenant, phone: string, wanted: TextChannel | null): Route {
  const { textChannels } = tenant.settings
  const channel = wanted ?? textChannels[0]
  if (!channel || !textChannels.includes(channel)) throw channelClosed()
  const fallback = textChannels.filter((other) => other !== channel)
  return { channel, fallback, prefix: phonePrefix(phone).prefix }
}

/** True where the tenant sends texts to the country of a number. */
export function mayText({ settings }: Tenant, phone: string): boolean {
  const { region } = phonePrefix(phone)
  const { textRegions, phoneRegions } = settings
  if (phoneRegions.length > 0 && !(region && phoneRegions.includes(region))) return false
  return textRegions.includes('*') || (region !== null && textRegions.includes(region))
}

export function channelClosed(): AuthError {
  const message = 'Codes are not sent this way here: use another.'
  return new AuthError('VALIDATION_FAILED', {
    errors: [fieldError('channel', 'CHANNEL_NOT_AVAILABLE', message)],
  })
}
