import fc from 'fast-check'
import { expectAsModelled } from './as-modelled.ts'
import type { Model, Person } from './model.ts'
import type { World } from './world.ts'

interface Choice {
  who: number
  /** Which act of those that are possible. */
  what: number
  which: number
  other: number
}

/** Somebody who does something, with one of what there is. */
export interface Scene {
  model: Model
  world: World
  person: Person
  choice: Choice
}

export interface Act {
  name: string
  /** How often it comes among the others that are possible: once, unless told otherwise. */
  share?: number
  /** Whether there is anything to do it with; always, unless told otherwise. */
  isPossible?(person: Person): boolean
  /** Does it, to the world and to the model, and compares what comes of it. */
  run(scene: Scene): Promise<void>
}

const choices = fc.record<Choice>({
  who: fc.nat(2),
  what: fc.nat(9_999),
  which: fc.nat(2),
  other: fc.nat(2),
})

/** Names of acts that were in a story. */
export const told = new Set<string>()

/**
 * One act of those that somebody can do at that moment: drawn before it is known what that is, most would be left out,
 * and first of all those that much must come before.
 */
export function anyOf(acts: readonly Act[]): fc.Arbitrary<fc.AsyncCommand<Model, World>> {
  return choices.map((choice) => ({
    check: () => true,
    async run(model: Model, world: World) {
      const person = actor(model.people, choice)
      const act = possible(acts, person, choice)
      told.add(act.name)
      model.story.push(`${person.name} ${act.name}`)
      model.trail = []
      await act.run({ model, world, person, choice })
      await expectAsModelled(model, world)
    },
    toString: () => JSON.stringify(choice),
  }))
}

function possible(acts: readonly Act[], person: Person, { what }: Choice): Act {
  const open = acts.filter(({ isPossible }) => isPossible?.(person) ?? true)
  const shares = open.flatMap((act) => Array.from({ length: act.share ?? 1 }, () => act))
  return shares[what % shares.length] as Act
}

function actor(people: readonly Person[], { who }: Choice): Person {
  return people[who] as Person
}

/** One of the newest: that is where something happens. */
export function chosen<T>(things: readonly T[], number: number): T {
  return things[things.length - 1 - (number % things.length)] as T
}
