/** Names of houses, the same in every language. */
export const providerNames: Readonly<Record<string, string>> = {
  google: 'Google',
  facebook: 'Facebook',
  apple: 'Apple',
  github: 'GitHub',
  microsoft: 'Microsoft',
}
