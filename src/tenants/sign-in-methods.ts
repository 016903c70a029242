/** Every way in that a tenant can close. Codes and links count as the channel that they come by. */
export const signInMethods = [
  'password',
  'passkey',
  'email_code',
  'sms_code',
  'whatsapp_code',
  'magic_link',
  'google',
  'facebook',
  'apple',
  'github',
  'microsoft',
] as const

export type SignInMethod = (typeof signInMethods)[number]
