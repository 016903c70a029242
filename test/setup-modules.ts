import { maybeHandleRunRequest } from 'cloudflare:test-internal'
import { env } from 'cloudflare:workers'

interface Runner {
  import(id: string, options?: { invalidate?: boolean }): Promise<unknown>
}

/** The object in which Vitest runs, and what is done inside it: `action` names a callback that waits for it. */
interface RunnerObject {
  fetch(url: string, action: RequestInit): Promise<Response | undefined>
}

interface State {
  __vitest_mocker__?: { moduleRunner: Runner }
  __vitest_worker__?: { providedContext: { cloudflarePoolOptions: string } }
}

const { __vitest_mocker__: mocker, __vitest_worker__: worker } = globalThis as State
const runnerObjects = '__VITEST_POOL_WORKERS_RUNNER_OBJECT'
const bindings = env as unknown as Record<string, { get(name: string): RunnerObject }>

/**
 * The Worker's module is asked for at every request and at every call of an object: inside the runner's object, and
 * there of Vite, in another process. Each takes as long as many a request itself. The module does not change while files
 * are tested, so the first answer stands, and is given where it is asked for.
 */
function keepModules(runner: Runner): void {
  const load = runner.import.bind(runner)
  const loaded = new Map<string, unknown>()
  runner.import = async (id, options) => {
    // A test, or what is set up before each file.
    if (options?.invalidate) return load(id, options)
    if (!loaded.has(id)) loaded.set(id, await load(id))
    return loaded.get(id)
  }
  const objects = bindings[runnerObjects]
  const here: RunnerObject = { fetch: (_, action) => maybeHandleRunRequest(action) }
  bindings[runnerObjects] = {
    get: (name) =>
      isModuleAskedFor && loaded.size > 0 ? here : (objects?.get(name) as RunnerObject),
  }
}

let isModuleAskedFor = false

/** Whoever reads the options, which name the Worker's module, asks for that module at once. */
function watchForQuestions(context: { cloudflarePoolOptions: string }): void {
  const { cloudflarePoolOptions } = context
  const get = () => {
    isModuleAskedFor = true
    queueMicrotask(() => {
      isModuleAskedFor = false
    })
    return cloudflarePoolOptions
  }
  Object.defineProperty(context, 'cloudflarePoolOptions', { get })
}

// Files share the runner.
if (mocker && !Object.hasOwn(mocker.moduleRunner, 'import')) keepModules(mocker.moduleRunner)
if (worker) watchForQuestions(worker.providedContext)
