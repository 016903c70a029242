import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { scratchFolder } from '../dev/scratch.ts'
import { type BenchStack, startBenchStack } from './processes/stack.ts'
import { seedUsers } from './processes/users.ts'
import { startWorkerd, type Workerd } from './processes/workerd.ts'
import { type Bundle, bundle } from './processes/wrangler.ts'

export interface Settings {
  quick: boolean
  /** Measurements of each route in `equal`. */
  samples: number
}

const floorNames = [
  'hash',
  'neonRead',
  'neonInsert',
  'neonUpdate',
  'neonUpdateSigned',
  'jose',
  'hono',
  'honoJose',
  'issue',
  'authenticated',
  'meWithoutDatabase',
  'throttle',
  'sealTrail',
  'verifyTrail',
  'readTrail',
] as const

export type FloorName = (typeof floorNames)[number]

/** What figures are measured on. Each part is made when it is first asked for. */
export class Lab {
  readonly settings: Settings
  /** In memory: a Durable Object waits for its disk on a machine of its own; here it would be the isolate that waits. */
  readonly folder = scratchFolder('gatehouse-bench')
  #stack: Promise<BenchStack> | undefined
  #product: Promise<Bundle> | undefined
  #floorBundle: Promise<Bundle> | undefined
  #floors: Promise<Workerd<FloorName>> | undefined
  #processes = 0

  constructor(settings: Settings) {
    this.settings = settings
  }

  product(): Promise<Bundle> {
    this.#product ??= bundle(join(this.folder, 'product'))
    return this.#product
  }

  /** With a database and accounts in it. */
  stack(): Promise<BenchStack> {
    this.#stack ??= this.#startStack()
    return this.#stack
  }

  /** A Gatehouse that nobody has used yet: memory and caches start from nothing. `variables` stand before the usual ones. */
  async gatehouse(variables: Record<string, string> = {}): Promise<Workerd<'default'>> {
    return this.#start(await this.stack(), variables)
  }

  /** The same with an entrypoint that collects its garbage. */
  async collectedGatehouse(): Promise<Workerd<'default' | 'collect'>> {
    const { variables } = await this.stack()
    return startWorkerd({
      folder: this.#newFolder(),
      bundle: await bundle(join(this.folder, 'collected'), 'bench/workers/collected.ts'),
      variables,
      sockets: ['default', 'collect'],
      // V8 doubles its young generation at some point, whatever is kept: here it has its full size from the start.
      v8Flags: ['--expose-gc', '--min-semi-space-size=16'],
    })
  }

  /** One process for all floors, of the same kind as the product's. */
  floors(): Promise<Workerd<FloorName>> {
    this.#floors ??= this.#startFloors(floorNames)
    return this.#floors
  }

  /** One floor in a process that nobody has used yet: another in the same would keep it warm. */
  floor<Name extends FloorName>(name: Name): Promise<Workerd<Name>> {
    return this.#startFloors([name])
  }

  async close(): Promise<void> {
    // What failed to start has told so already, where it was asked for.
    await this.#floors?.then((floors) => floors.stop()).catch(() => undefined)
    await this.#stack?.then((stack) => stack.stop()).catch(() => undefined)
  }

  async #startStack(): Promise<BenchStack> {
    const stack = await startBenchStack()
    try {
      const gatehouse = await this.#start(stack)
      await seedUsers(stack, gatehouse.ports.default).finally(gatehouse.stop)
    } catch (error) {
      await stack.stop()
      throw error
    }
    return stack
  }

  async #start(
    stack: BenchStack,
    variables: Record<string, string> = {},
  ): Promise<Workerd<'default'>> {
    const product = await this.product()
    return startWorkerd({
      folder: this.#newFolder(),
      bundle: product,
      variables: { ...stack.variables, ...variables },
      sockets: ['default'],
    })
  }

  async #startFloors<Name extends FloorName>(sockets: readonly Name[]): Promise<Workerd<Name>> {
    const { variables } = await this.stack()
    this.#floorBundle ??= bundle(join(this.folder, 'floors'), 'bench/workers/index.ts')
    return startWorkerd({
      folder: this.#newFolder(),
      bundle: await this.#floorBundle,
      variables,
      sockets,
    })
  }

  #newFolder(): string {
    this.#processes += 1
    const folder = join(this.folder, `process-${this.#processes}`)
    mkdirSync(folder)
    return folder
  }
}
