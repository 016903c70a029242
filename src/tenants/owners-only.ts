/** Who sets these says who gets in, where a sign-in leads, or which apps use its passkeys: no administrator does so alone. */
export const ownersOnly = [
  'sign_in_methods',
  'redirect_urls',
  'sender',
  'allowed_origins',
  'email_verification',
  'email_factor',
  'require_mfa',
  'assurance_profile',
  'android_apps',
  'apple_apps',
  'native_clients',
] as const
