import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { settingsOf } from '../../src/tenants/settings.ts'

function textsOf(operator: readonly string[], own: Record<string, unknown>) {
  const { config } = readConfig({ ...env, TEXT_CHANNELS: 'sms', TEXT_REGIONS: operator.join() })
  if (!config) throw new Error('no configuration')
  const { textChannels, textRegions, textsPerDay, textsPerPrefixDay } = settingsOf(config, own)
  return { textChannels, textRegions, textsPerDay, textsPerPrefixDay }
}

it('lets no tenant send more texts, or further, than the operator pays for', () => {
  const greedy = {
    textChannels: ['whatsapp', 'sms'],
    textRegions: ['BD', 'US'],
    textsPerDay: 1e9,
    textsPerPrefixDay: 1e9,
  }
  const bounded = textsOf(['BD', 'IN'], greedy)
  expect(bounded).toMatchObject({ textChannels: ['sms'], textRegions: ['BD'] })
  expect(bounded.textsPerDay).toBe(textsOf(['BD'], {}).textsPerDay)
  expect(bounded.textsPerPrefixDay).toBe(textsOf(['BD'], {}).textsPerPrefixDay)
  expect(textsOf(['BD', 'IN'], { textRegions: ['*'] }).textRegions).toEqual(['BD', 'IN'])
})

it('lets a tenant send fewer', () => {
  const own = { textChannels: [], textRegions: ['US'], textsPerDay: 5, textsPerPrefixDay: 2 }
  expect(textsOf(['*'], own)).toEqual(own)
})
