/**
 * What an account says once for all its URLs: rules (a pattern of paths → parameters that the URL may override), the
 * watermark that `wat=1` means alone, and whether WebP is sent to whoever accepts it.
 */
import * as z from 'zod'
import { problem } from '../../problem/index.ts'
import type { DialectSettings } from '../define.ts'
import { type Layer, readBody } from './layers.ts'
import { patternTest } from './path-pattern.ts'

const body = z.record(z.string().min(1).max(50), z.union([z.string().max(2_000), z.number(), z.boolean()]))

const schema = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        path: z
          .string()
          .min(1)
          .max(200)
          .refine((path) => path.split('*').length <= 10, 'may hold at most nine "*"'),
        params: body,
      }),
    )
    .max(50)
    .default([]),
  watermark: body.nullable().default(null),
  auto_webp: z.boolean().default(false),
})

export type AccountBody = z.output<typeof schema>

/** Settings as parsing uses them. */
export interface Account {
  readonly rules: readonly { readonly covers: (path: string) => boolean; readonly layer: Layer }[]
  readonly watermark: Layer | undefined
  readonly sendsWebp: boolean
}

/** @throws Problem `request/invalid-parameter` with a pointer to the member */
export function parseSettings(settings: unknown): AccountBody {
  const result = schema.safeParse(settings)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = [
    ...(issue?.path ?? []),
    ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []),
  ]
  const pointer = place.map(
    (part) => `/${String(part).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`,
  )
  throw problem('request/invalid-parameter', {
    detail: `${place.map(String).join('.').slice(0, 200) || 'The settings'}: ${issue?.message ?? 'not valid'}.`,
    members: { pointer: pointer.join('') },
  })
}

const known = new WeakMap<DialectSettings, Account>()
const nothing: Account = Object.freeze({ rules: [], watermark: undefined, sendsWebp: false })

/** Read once for each object of settings, which is replaced when they change. */
export function accountOf(settings: DialectSettings | undefined): Account {
  if (settings === undefined) return nothing
  const before = known.get(settings)
  if (before !== undefined) return before
  const { rules, watermark, auto_webp: sendsWebp } = parseSettings(settings)
  const account: Account = {
    rules: rules.map(({ path, params }) => ({ covers: patternTest(path), layer: readBody(params) })),
    watermark: watermark === null ? undefined : readBody(watermark),
    sendsWebp,
  }
  known.set(settings, account)
  return account
}

/** The parameters of the first rule that covers a path. */
export function ruleFor({ rules }: Account, path: string): Layer | undefined {
  return rules.find(({ covers }) => covers(path))?.layer
}
