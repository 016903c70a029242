import type { TestProject } from 'vitest/node'
import { makeAssets } from '../../../dev/assets.ts'
import type { Service } from '../../../sdk/test/support/service.ts'
import { freePort, startTestStack } from '../../stack.ts'
import { publicAt, startWorkerProcess } from '../support/worker.ts'

/**
 * One real Worker for the pages and for the client of `sdk/`. It is, as its configuration says, at the address where it is
 * found.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [stack] = await Promise.all([startTestStack(), makeAssets()])
  const port = await freePort()
  const bindings: Record<string, string> = stack.bindings
  const own = publicAt(port)
  const variables: Record<string, string> = {
    ...bindings,
    ...own,
    // The client's tests come back to an app that the example lists.
    REDIRECT_URLS: `${own.REDIRECT_URLS},${bindings.REDIRECT_URLS}`,
  }
  const worker = await startWorkerProcess(variables, { port }).catch(async (error: unknown) => {
    await stack.stop()
    throw error
  })
  // The first request of an isolate compiles what the others find ready.
  await fetch(`${worker.url}/readyz`)
  const { url } = worker
  const service: Service = {
    url,
    publicUrl: variables.PUBLIC_URL ?? '',
    inbox: variables.SES_ENDPOINT ?? '',
  }
  project.provide('site', { url, variables })
  project.provide('service', service)
  return async () => {
    await worker.stop()
    await stack.stop()
  }
}
