import { password } from '../support/client.ts'
import type { Schema } from './operations.ts'

/** A well-formed value for each field of any body. */
export const samples: Record<string, unknown> = {
  email: 'somebody@samples.example',
  phone_e164: '+8801712345678',
  password,
  current_password: password,
  new_password: 'another horse battery staple 7',
  first_name: 'Ann',
  last_name: "O'Neill",
  date_of_birth: '1990-02-28',
  gender: 'female',
  mobile: '+8801812345678',
  locale: 'en',
  terms_accepted: true,
  privacy_accepted: true,
  platform: 'android',
  app_version: '1.3.0',
  install_id: '0f8fad5bd9cb469fa16570867728950e',
  captcha_token: 'captcha',
  token: `ghv_${'A'.repeat(43)}`,
  code: '123456',
  refresh_token: `ghr_${'A'.repeat(70)}`,
  except_current: true,
  destination: 'somebody@samples.example',
  channel: 'email',
  confirmation_code: '123456',
  redirect_to: 'http://localhost:5173/auth/callback',
  mfa_token: `ghm_${'A'.repeat(43)}`,
  type: 'email',
  remember_device: true,
  backup_code: '0000-0000-0000-0000-0000',
  id: '01999999-9999-7999-8999-999999999999',
  challenge_id: '01999999-9999-7999-8999-999999999999',
  kind: 'passkey',
  name: 'Blue key',
  slug: 'samples',
  role: 'member',
  settings: {},
  url: 'https://hooks.samples.example/',
  events: ['session.opened'],
  description: 'Billing',
  status: 'active',
  roles: ['member'],
  from_seal: 1,
  version: 1,
  id_token: 'a.b.c',
  access_token: 'token',
  latest: '1.3.0',
  min_supported: '1.2.0',
  store_url: 'https://play.example/app',
  notes: { en: 'New.' },
  blocked: ['1.2.5'],
  nonce: 'nonce',
  code_verifier: 'v'.repeat(43),
  // What an authenticator answers, made or used; it signs nothing.
  credential: {
    id: 'AAAA',
    rawId: 'AAAA',
    type: 'public-key',
    response: {
      clientDataJSON: 'AAAA',
      attestationObject: 'AAAA',
      authenticatorData: 'AAAA',
      signature: 'AAAA',
    },
  },
}

/** A whole body that fits the shape that knows the field, but for what `changes` says. */
export function sampleBody(
  schema: Schema,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  const [field = ''] = Object.keys(changes)
  const shapes = schema.anyOf ?? [schema]
  const shape = shapes.find(({ properties = {} }) => field in properties) ?? shapes[0]
  const names = Object.keys(shape?.properties ?? {})
  return { ...Object.fromEntries(names.map((name) => [name, samples[name]])), ...changes }
}
