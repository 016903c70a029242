import type { TestProject } from 'vitest/node'
import { makeAssets } from '../../../dev/assets.ts'
import { freePort, startTestStack } from '../../stack.ts'
import { publicAt, startWorkerProcess } from '../support/worker.ts'

/** One real Worker for all files with a browser. It is, as its configuration says, at the address where it is found. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await makeAssets()
  const stack = await startTestStack()
  const port = await freePort()
  const variables = { ...stack.bindings, ...publicAt(port) }
  const worker = await startWorkerProcess(variables, { port }).catch(async (error: unknown) => {
    await stack.stop()
    throw error
  })
  // The first request of an isolate compiles what the others find ready.
  await fetch(`${worker.url}/readyz`)
  project.provide('site', { url: worker.url, variables })
  return async () => {
    await worker.stop()
    await stack.stop()
  }
}
