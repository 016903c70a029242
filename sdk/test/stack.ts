import type { TestProject } from 'vitest/node'
import { startWorkerProcess } from '../../test/processes/support/worker.ts'
import { startTestStack } from '../../test/stack.ts'

/** One real Worker with its database, inbox and sign-in providers, for all tests of the client. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startTestStack()
  const worker = await startWorkerProcess(stack.bindings).catch(async (error: unknown) => {
    await stack.stop()
    throw error
  })
  const variables: Record<string, string> = stack.bindings
  project.provide('service', {
    url: worker.url,
    publicUrl: variables.PUBLIC_URL ?? '',
    inbox: variables.SES_ENDPOINT ?? '',
  })
  return async () => {
    await worker.stop()
    await stack.stop()
  }
}

export interface Service {
  /** Where the Worker listens. */
  url: string
  /** What it takes itself for: issuer of tokens, host of links, origin of its pages. */
  publicUrl: string
  inbox: string
}

declare module 'vitest' {
  interface ProvidedContext {
    service: Service
  }
}
