/** What a request says about where it comes from. Nothing here is proof of anything. */
export interface RequestContext {
  requestId: string
  /** IPv4 address or IPv6 /64 of the client, as the edge saw it. */
  ipPrefix: string
  /** ISO 3166-1 alpha-2, or null. */
  country: string | null
  userAgent: string | null
  locale: Locale
  platform: string | null
  appVersion: string | null
  /** The app that asks, where its headers name platform and version: what the version gate judges. */
  build: AppBuild | null
  transport: Transport
  /** A secret that this device showed: the cookie of a browser or the install id of an app. */
  device: DeviceProof | null
}

export interface AppBuild {
  /** In lower case. */
  platform: string
  /** As sent: it may be no version at all. */
  version: string
}

export type Transport = 'body' | 'cookie'
export type Locale = 'en' | 'bn'

export interface DeviceProof {
  kind: 'cookie' | 'install'
  hash: Uint8Array<ArrayBuffer>
}
