import { readFileSync } from 'node:fs'

/** Stops a deployment whose `wrangler.toml` still has the namespace id of the repository, before Cloudflare says so in its own words. */
const settings = readFileSync(new URL('../wrangler.toml', import.meta.url), 'utf8')

if (/^id = "0{32}"/m.test(settings)) {
  console.error(
    'wrangler.toml names no KV namespace yet: its id is all zeros.\n' +
      'Make one with `npx wrangler kv namespace create gatehouse` and put its id under [[kv_namespaces]].',
  )
  process.exitCode = 1
}
