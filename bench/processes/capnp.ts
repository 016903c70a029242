export interface WorkerModule {
  name: string
  file: string
}

/** Of the product, as wrangler.toml has it; everything else beside it runs on the same. */
export interface Compatibility {
  date: string
  flags: readonly string[]
}

export interface WorkerdConfig {
  compatibility: Compatibility
  modules: readonly WorkerModule[]
  variables: Readonly<Record<string, string>>
  /** Requests and seconds of each rate-limit binding. */
  limits: Readonly<Record<string, { quota: number; windowSeconds: number }>>
  /** Sockets by name; each leads to the entrypoint of its name, `default` to the default one. */
  sockets: readonly string[]
  objectFolder: string
  v8Flags: readonly string[]
  /** web/public, with the files of packages in it. */
  assetFolder: string
}

/** The text of a configuration for `workerd serve`, with the bindings of wrangler.toml. */
export function capnpText(config: WorkerdConfig): string {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  v8Flags = [${config.v8Flags.map(quote).join(', ')}],
  services = [
    (name = "worker", worker = .worker),
    (name = "kv", worker = .kv),
    (name = "assets", disk = (path = ${quote(config.assetFolder)})),
    (name = "objects", disk = (path = ${quote(config.objectFolder)}, writable = true)),
    # The local database endpoint and the inbox stand on private addresses.
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [${config.sockets.map(socket).join(', ')}],
  extensions = [(modules = [
    (name = "gatehouse-bench:rate-limit", internal = true, esModule = embed "rate-limit.js"),
    (name = "gatehouse-bench:analytics", internal = true, esModule = embed "analytics.js"),
  ])],
);

const worker :Workerd.Worker = (
  ${compatibility(config.compatibility)}
  modules = [${config.modules.map(module).join(', ')}],
  bindings = [
    (name = "THROTTLE", durableObjectNamespace = "ThrottleObject"),
    (name = "MFA_SETUP", durableObjectNamespace = "MfaSetupObject"),
    (name = "CODES", durableObjectNamespace = "CodeObject"),
    (name = "KV", kvNamespace = "kv"),
    (name = "ASSETS", service = "assets"),
    (name = "ANALYTICS", wrapped = (moduleName = "gatehouse-bench:analytics")),
    ${Object.entries(config.limits).map(rateLimit).join('\n    ')}
    ${Object.entries(config.variables).map(variable).join('\n    ')}
  ],
  durableObjectNamespaces = [
    (className = "ThrottleObject", uniqueKey = "throttle", enableSql = true),
    (className = "MfaSetupObject", uniqueKey = "mfa-setup", enableSql = true),
    (className = "CodeObject", uniqueKey = "codes", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "objects"),
);

const kv :Workerd.Worker = (
  ${compatibility(config.compatibility)}
  modules = [(name = "kv", esModule = embed "kv.js")],
);
`
}

function compatibility({ date, flags }: Compatibility): string {
  return `compatibilityDate = ${quote(date)}, compatibilityFlags = [${flags.map(quote).join(', ')}],`
}

function socket(name: string): string {
  const service = name === 'default' ? '"worker"' : `(name = "worker", entrypoint = ${quote(name)})`
  return `(name = ${quote(name)}, address = "127.0.0.1:0", http = (), service = ${service})`
}

function module({ name, file }: WorkerModule): string {
  const kind = file.endsWith('.wasm') ? 'wasm' : 'esModule'
  return `(name = ${quote(name)}, ${kind} = embed ${quote(file)})`
}

function rateLimit([name, { quota, windowSeconds }]: [
  string,
  WorkerdConfig['limits'][string],
]): string {
  const inner = `(name = "quota", json = "${quota}"), (name = "windowSeconds", json = "${windowSeconds}")`
  return `(name = ${quote(name)}, wrapped = (moduleName = "gatehouse-bench:rate-limit", innerBindings = [${inner}])),`
}

function variable([name, value]: [string, string]): string {
  return `(name = ${quote(name)}, text = ${quote(value)}),`
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`
}
