import { addAppInSession, addAppInSignIn } from './factor-acts.ts'
import type { Model, Person } from './model.ts'
import { signIn } from './sign-in-acts.ts'
import { unreadTrail, type World } from './world.ts'

/** Where each story begins: Ann has a session, Bo one from before he has added an app, Cy the app that the tenant asks for. */
export async function prologue(model: Model, world: World): Promise<void> {
  const [ann, bo, cy] = model.people as [Person, Person, Person]
  const choice = { who: 0, what: 0, which: 0, other: 0 }
  for (const person of [ann, bo, cy]) await signIn({ model, world, person, choice })
  await addAppInSession({ model, world, person: bo, choice })
  await addAppInSignIn({ model, world, person: cy, choice })
  await unreadTrail(model, world)
}
