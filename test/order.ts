import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** What waits longest, for faults to pass and commands to end: begun last, one of them would run alone at the end. */
const slow = ['faults', 'races', 'house', 'admin'].map((name) => `/${name}.test.ts`)

/** Files in the order of Vitest, but for the slow ones, which begin their group. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rankOf = ({ project, moduleId }: TestSpecification) => {
      const at = slow.findIndex((name) => moduleId.endsWith(name))
      const isSlow = project.name === 'processes' && at >= 0
      return 10 * project.config.sequence.groupOrder + (isSlow ? at : slow.length)
    }
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other))
  }
}
