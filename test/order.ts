import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** What takes longest, for its faults to pass, its commands to end or its many requests: begun last, it would run alone. */
const slow: Record<string, string[]> = {
  processes: ['faults', 'races', 'house', 'admin', 'tour'],
  worker: ['naughty', 'ways-in', 'fuzz', 'model', 'guessing', 'tokens', 'matrix', 'openapi'],
}

const last = 99

/** Files in the order of Vitest, but for the slow ones, which come first. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rankOf = ({ project, moduleId }: TestSpecification) => {
      const names = slow[project.name] ?? []
      const at = names.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return at < 0 ? last : at
    }
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other))
  }
}
