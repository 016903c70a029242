import {
  array,
  base64,
  boolean,
  discriminatedUnion,
  enum as enumeration,
  int,
  intersection,
  iso,
  literal,
  looseObject,
  NEVER,
  number,
  object,
  record,
  strictObject,
  string,
  union,
  unknown,
  url,
  uuid,
  ZodType,
} from 'zod/v4'

/**
 * What the Worker uses of zod. `wrangler.toml` puts it in the place of `zod`, whose `z` would bring translations into
 * 50 languages and two JSON Schema converters along: a fifth of the script, read at every start of an isolate.
 */
export const z = {
  array,
  base64,
  boolean,
  discriminatedUnion,
  enum: enumeration,
  int,
  intersection,
  iso,
  literal,
  looseObject,
  NEVER,
  number,
  object,
  record,
  strictObject,
  string,
  union,
  unknown,
  url,
  uuid,

  ZodType,
}
