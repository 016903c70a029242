/** What the plugin for Vitest keeps to itself: does what a request stands for, if it stands for something. */
declare module 'cloudflare:test-internal' {
  export function maybeHandleRunRequest(request: RequestInit): Promise<Response | undefined>
}
