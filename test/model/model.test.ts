import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { accountActs } from './account-acts.ts'
import { anyOf, told } from './act.ts'
import { administrationActs } from './administration-acts.ts'
import { expectAllServed } from './as-modelled.ts'
import { factorActs } from './factor-acts.ts'
import { type Model, newModel } from './model.ts'
import { prologue } from './prologue.ts'
import { proofActs } from './proof-acts.ts'
import { sessionActs } from './session-acts.ts'
import { signInActs } from './sign-in-acts.ts'
import { newWorld, type World } from './world.ts'

/**
 * `VITE_MODEL_RUNS=10000 npx vitest run --project worker test/model` for the long run.
 * The short one repeats the same commands each time; the long one takes new ones and prints their seed where it fails.
 */
const asked = Number((import.meta as { env?: Record<string, string> }).env?.VITE_MODEL_RUNS ?? 0)
const count = asked || 20
const seed = asked ? {} : { seed: 20_261_124 }
const patience = 120_000 + count * 2_000

const acts = [
  ...signInActs,
  ...proofActs,
  ...factorActs,
  ...sessionActs,
  ...accountActs,
  ...administrationActs,
]

// A line of the log for each refusal would be all that one sees.
beforeAll(() => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockReturnValue()
})
afterAll(() => vi.restoreAllMocks())

it(
  `does what the model does, through ${count} stories`,
  async () => {
    const property = fc.asyncProperty(
      fc.commands([anyOf(acts)], { maxCommands: 30, size: 'max' }),
      tell,
    )
    await fc.assert(property, { numRuns: count, unbiased: true, ...seed })
  },
  patience,
)

it('leaves nothing out of them', () => {
  expect([...told].sort()).toEqual(acts.map(({ name }) => name).sort())
})

async function tell(story: Iterable<fc.AsyncCommand<Model, World>>): Promise<void> {
  const model = newModel()
  const real = await newWorld(model)
  await prologue(model, real)
  try {
    await fc.asyncModelRun(() => ({ model, real }), story)
    await expectAllServed(model, real)
  } catch (cause) {
    throw new Error(`The story: ${model.story.join(', ')}.`, { cause })
  }
}
