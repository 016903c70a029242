import { z } from 'zod'
import { text } from '../../forms/text.ts'
import { lazily } from '../../lazily.ts'
import { serviceName } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import { passwordPolicyOf } from '../../tenants/password-policy.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { brokenPasswordRules } from './accept.ts'
import { typedPassword } from './fields.ts'
import { estimateStrength } from './strength.ts'

const word = lazily(() => text(320).optional())

export const strengthBody = lazily(() =>
  z.strictObject({
    password: typedPassword,
    email: word,
    phone_e164: word,
    first_name: word,
    last_name: word,
  }),
)

export const strengthSchema = () =>
  z.object({
    /** 0 (guessed at once) to 4. */
    score: z.int().min(0).max(4),
    /** True where registration would take it. */
    acceptable: z.boolean(),
    feedback: z.object({
      warning: z.string().nullable(),
      suggestions: z.array(z.string()),
      errors: z.array(z.object({ field: z.string(), code: z.string(), message: z.string() })),
    }),
  })

export type StrengthReport = z.infer<ReturnType<typeof strengthSchema>>

/** What registration would say to a password, so that a page can say it while it is typed. */
export async function passwordStrength(
  ports: Pick<Ports, 'config' | 'egress' | 'passwordLists'>,
  tenant: Tenant,
  { password, ...about }: z.infer<typeof strengthBody>,
): Promise<StrengthReport> {
  const context = Object.values(about).filter((value) => value !== undefined)
  const { minScore } = passwordPolicyOf(tenant.settings)
  const [{ score, feedback }, errors] = await Promise.all([
    estimateStrength(ports, password, [...context, serviceName], minScore || undefined),
    brokenPasswordRules(ports, tenant, password, context),
  ])
  return { score, acceptable: errors.length === 0, feedback: { ...feedback, errors } }
}
