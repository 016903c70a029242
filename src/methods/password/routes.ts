import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { AuthError } from '../../errors.ts'
import { emailField } from '../../forms/email-field.ts'
import type { Body } from '../../forms/field-reader.ts'
import { phoneField } from '../../forms/phone-field.ts'
import { registrationForm } from '../../forms/registration.ts'
import { text } from '../../forms/text.ts'
import { signInResult, signInResultSchema } from '../../http/answer-sign-in.ts'
import { authenticate } from '../../http/authenticate.ts'
import { sentBody } from '../../http/body.ts'
import type { HttpEnv } from '../../http/environment.ts'
import { limit } from '../../http/guard.ts'
import {
  acceptedSchema,
  answers,
  bearerSecurity,
  jsonBody,
  newRoutes,
  noContent,
  refusals,
} from '../../http/routes.ts'
import { sameOrigin } from '../../http/same-origin.ts'
import { fieldErrors, mostErrors } from '../../http/validate.ts'
import { changePassword } from './change.ts'
import { checkWhole } from './check-registration.ts'
import { examples } from './examples.ts'
import { signInBody, typedPassword } from './fields.ts'
import { forgotPassword } from './forgot.ts'
import { register } from './register.ts'
import { resendVerification } from './resend-verification.ts'
import { resetPassword } from './reset.ts'
import { signIn } from './sign-in.ts'
import { passwordStrength, strengthBody, strengthSchema } from './strength-report.ts'
import { verifyEmail } from './verify-email.ts'

const registrationTags = ['Registration']
const passwordTags = ['Passwords']
const accepted = { status: 'accepted' } as const

const registerRoute = createRoute({
  method: 'post',
  path: '/register',
  tags: registrationTags,
  summary: 'Register an account',
  middleware: [limit('write'), sameOrigin],
  request: jsonBody(() => registrationForm, examples.register),
  responses: {
    201: answers(
      signInResultSchema,
      'Signed in (where the tenant asks for no proof of the address)',
    ),
    202: answers(
      () =>
        z.union([
          z.object({ status: z.literal('verification_required'), email: z.string() }),
          z.object({
            status: z.literal('verification_required'),
            phone_e164: z.string(),
            sent_to: z.string(),
            expires_in: z.int(),
            retry_after: z.int(),
          }),
        ]),
      'A mail or, for a number alone, a text is on its way, whether or not the address is known',
    ),
    ...refusals(400, 403, 409, 413, 415, 422, 429, 503),
  },
})

const verifyRoute = createRoute({
  method: 'post',
  path: '/verify-email',
  tags: registrationTags,
  summary: 'Prove an address by link or by code',
  description:
    'Where `password_set` is false, the mail proved the address only (see `/auth/verify-email/resend`): the account has no password until its owner sets one by `/auth/forgot-password`.',
  middleware: [limit('write')],
  request: jsonBody(
    () =>
      z.union([
        z.strictObject({ token: text(128) }),
        z.strictObject({ email: emailField, code: z.string().regex(/^\d{6}$/) }),
        z.strictObject({ phone_e164: phoneField, code: z.string().regex(/^\d{6}$/) }),
      ]),
    examples.verify,
  ),
  responses: {
    200: answers(
      () => z.object({ status: z.literal('verified'), password_set: z.boolean() }),
      'The address is proven',
    ),
    ...refusals(400, 422, 429, 503),
  },
})

const resendRoute = createRoute({
  method: 'post',
  path: '/verify-email/resend',
  tags: registrationTags,
  summary: 'Send the verification mail again',
  description:
    'The new link and code stand for the registration that waits. Where the address was registered more than once, nobody can tell whose password is meant: they prove the address only, and the verification answers `password_set: false`. A number gets another code by registering again.',
  middleware: [limit('write')],
  request: jsonBody(() => z.strictObject({ email: emailField }), examples.address),
  responses: {
    202: answers(acceptedSchema, 'Whether or not the address waits for proof'),
    ...refusals(422, 429, 503),
  },
})

const signInRoute = createRoute({
  method: 'post',
  path: '/login',
  tags: ['Sign-in'],
  summary: 'Sign in with a password',
  middleware: [limit('signIn'), sameOrigin],
  request: jsonBody(() => signInBody, examples.signIn),
  responses: {
    200: answers(signInResultSchema, 'Signed in, or what is still owed'),
    ...refusals(400, 401, 403, 415, 422, 429, 503),
  },
})

const forgotRoute = createRoute({
  method: 'post',
  path: '/forgot-password',
  tags: passwordTags,
  summary: 'Ask for a link to set a new password',
  middleware: [limit('write')],
  request: jsonBody(() => z.strictObject({ email: emailField }), examples.address),
  responses: {
    202: answers(acceptedSchema, 'Whether or not the address is known'),
    ...refusals(422, 429, 503),
  },
})

const resetRoute = createRoute({
  method: 'post',
  path: '/reset-password',
  tags: passwordTags,
  summary: 'Set a new password by a mailed link',
  middleware: [limit('write')],
  request: jsonBody(
    () => z.strictObject({ token: text(128), password: typedPassword }),
    examples.reset,
  ),
  responses: {
    200: answers(
      () => z.object({ status: z.literal('password_reset') }),
      'Every session has ended',
    ),
    ...refusals(400, 422, 429, 503),
  },
})

const changeRoute = createRoute({
  method: 'put',
  path: '/change-password',
  tags: passwordTags,
  summary: 'Change the own password',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: jsonBody(
    () => z.strictObject({ current_password: typedPassword, new_password: typedPassword }),
    examples.change,
  ),
  responses: {
    204: noContent('Changed; other sessions have ended'),
    ...refusals(400, 401, 403, 422, 429, 503),
  },
})

const strengthRoute = createRoute({
  method: 'post',
  path: '/password-strength',
  tags: passwordTags,
  summary: 'Estimate a password',
  middleware: [limit('write')],
  request: jsonBody(() => strengthBody, examples.strength),
  responses: {
    200: answers(strengthSchema, 'What registration would say'),
    ...refusals(422, 429, 503),
  },
})

export const passwordRoutes = newRoutes()
  .openapi(
    registerRoute,
    async (c) => {
      // As it came: zod leaves `__proto__` out, which is a key like any other that nobody knows.
      const body = sentBody(c) as Body
      const { signedIn, address } = await register(
        c.get('ports'),
        c.get('tenant'),
        body,
        c.get('context'),
      )
      if (!signedIn) return c.json({ status: 'verification_required', ...address } as const, 202)
      return c.json(signInResult(c, signedIn), 201)
    },
    (result, c) => (result.success ? undefined : refuseRegistration(c, result.error.issues)),
  )
  .openapi(verifyRoute, async (c) => {
    const { password_set } = await verifyEmail(
      c.get('ports'),
      c.get('tenant'),
      c.req.valid('json'),
      c.get('context'),
    )
    return c.json({ status: 'verified', password_set } as const, 200)
  })
  .openapi(resendRoute, async (c) => {
    const { email } = c.req.valid('json')
    await resendVerification(c.get('ports'), c.get('tenant'), email, c.get('context'))
    return c.json(accepted, 202)
  })
  .openapi(signInRoute, async (c) => {
    const attempt = {
      ...c.req.valid('json'),
      tenant: c.get('tenant'),
      context: c.get('context'),
    }
    return c.json(signInResult(c, await signIn(c.get('ports'), attempt)), 200)
  })
  .openapi(forgotRoute, async (c) => {
    const { email } = c.req.valid('json')
    await forgotPassword(c.get('ports'), c.get('tenant'), email, c.get('context'))
    return c.json(accepted, 202)
  })
  .openapi(resetRoute, async (c) => {
    await resetPassword(c.get('ports'), c.get('tenant'), c.req.valid('json'), c.get('context'))
    return c.json({ status: 'password_reset' } as const, 200)
  })
  .openapi(changeRoute, async (c) => {
    await changePassword(c.get('ports'), c.get('caller'), c.req.valid('json'))
    return c.body(null, 204)
  })
  .openapi(strengthRoute, async (c) => {
    return c.json(await passwordStrength(c.get('ports'), c.get('tenant'), c.req.valid('json')), 200)
  })

/** A wrong type in one field does not hide what is wrong in the others: shape and rules are told together. */
async function refuseRegistration(
  c: Context<HttpEnv>,
  issues: Parameters<typeof fieldErrors>[0],
): Promise<never> {
  const input = sentBody(c)
  const shape = fieldErrors(issues, input)
  const named = new Set(shape.map(({ field }) => field))
  const body = z.record(z.string(), z.unknown()).safeParse(input)
  if (!body.success) throw new AuthError('VALIDATION_FAILED', { errors: shape })
  const rules = await checkWhole(c.get('ports'), c.get('tenant'), body.data, c.get('context'))
  const others = rules.errors.filter(({ field }) => !named.has(field))
  throw new AuthError('VALIDATION_FAILED', { errors: [...shape, ...others].slice(0, mostErrors) })
}
