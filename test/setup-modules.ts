interface Runner {
  import(id: string): Promise<unknown>
}

const { __vitest_mocker__: mocker } = globalThis as { __vitest_mocker__?: { moduleRunner: Runner } }

/**
 * The Worker's module is asked of Vite, in another process, at every request and at every call of an object: as long
 * as many a request itself. It does not change while a file is tested, so the first answer stands.
 */
function keepModules(runner: Runner): void {
  const load = runner.import.bind(runner)
  const loaded = new Map<string, unknown>()
  runner.import = async (id) => {
    if (!loaded.has(id)) loaded.set(id, await load(id))
    return loaded.get(id)
  }
}

if (mocker) keepModules(mocker.moduleRunner)
