/** What a client may say about an image: the bounds of `PATCH /api/v1/images/{id}` and of what an upload brings along. */
import * as z from 'zod'
import type { ImageChanges } from '../../assets/index.ts'
import { visibility } from './shapes.ts'

const maxTags = 50

const text = (max: number) =>
  z
    .string()
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'may hold no control characters')
    .refine((value) => value.isWellFormed(), 'must be valid Unicode')

export const tag = text(64).trim().min(1)

/** Each once, whatever the case it is written in; the first spelling stays. */
const tags = z
  .array(tag)
  .max(maxTags)
  .transform((all) => {
    const folded = all.map((each) => each.toLowerCase())
    return all.filter((_, index) => folded.indexOf(folded[index] ?? '') === index)
  })

export const metadataKey = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_.-]+$/, 'may hold letters, digits, "_", "." and "-"')

const share = z.number().min(0).max(1)

/** `custom_metadata` is merged: `null` takes a key away. */
export const imageChanges = z
  .strictObject({
    visibility,
    alt_text: text(1_000),
    tags,
    custom_metadata: z.record(metadataKey, z.union([text(500), z.number(), z.boolean(), z.null()])),
    focal_point: z.strictObject({ x: share, y: share }).nullable(),
  })
  .partial()

/** Only what was said: what is absent stays as it is. */
export function changesOf(body: z.output<typeof imageChanges>): ImageChanges {
  const renamed = {
    visibility: body.visibility,
    altText: body.alt_text,
    tags: body.tags,
    metadata: body.custom_metadata,
    focalPoint: body.focal_point,
  }
  return Object.fromEntries(Object.entries(renamed).filter(([, value]) => value !== undefined))
}
