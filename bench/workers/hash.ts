import { hashArgon2id } from '../../src/edge/argon2.ts'
import { argon2 as policy } from '../../src/policy.ts'

const password = new Uint8Array(44).fill(97)

/** Floor: today's Argon2id and nothing else, `?n=` times in a row. */
export const hash: ExportedHandler<Env> = {
  fetch(request) {
    const count = Number(new URL(request.url).searchParams.get('n') ?? 1)
    const salt = crypto.getRandomValues(new Uint8Array(policy.saltBytes))
    for (let done = 0; done < count; done += 1) hashArgon2id(password, salt, policy)
    return Response.json({ count })
  },
}
