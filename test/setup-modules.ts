interface Runner {
  import(id: string, options?: { invalidate?: boolean }): Promise<unknown>
}

const { __vitest_mocker__: mocker } = globalThis as { __vitest_mocker__?: { moduleRunner: Runner } }

/**
 * The Worker's module is asked of Vite, in another process, at every request and at every call of an object: as long
 * as many a request itself. It does not change while files are tested, so the first answer stands.
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
}

// Files share the runner.
if (mocker && !Object.hasOwn(mocker.moduleRunner, 'import')) keepModules(mocker.moduleRunner)
