/**
 * Pictures beside the source: how an operation names one, and what it may know of it.
 *
 * A name is all that a pipeline holds. Whoever runs it finds the pictures first and puts their facts into the frame,
 * so that `lower` stays pure.
 */
import * as z from 'zod'
import { orientedSize } from '../geometry/orientation.ts'
import type { Size } from '../geometry/size.ts'

/** An image of the same project by its exact path, or one of the web. */
export type PictureRef =
  /** With the name of an origin, as its path there. */
  { readonly asset: string; readonly origin?: string | undefined } | { readonly url: string }

/** What the header of a picture says. */
export interface PictureFacts extends Size {
  /** Upright: EXIF orientation is applied. */
  readonly hasAlpha: boolean
}

export interface PicturesBeside {
  /** By their key (`pictureKey`); absent when the pipeline names none. */
  readonly pictures?: Readonly<Record<string, PictureFacts>>
}

/** Longest path of an asset and longest address, in characters. */
const maxLength = { asset: 1_024, url: 2_048 }

/** The parameter: `{ "asset": "logos/mark.png" }`, with `"origin"` where one is meant, or `{ "url": "https://…" }`. */
export function picture() {
  const error = 'must be { "asset": path } or { "url": "https://…" }'
  const asset = z
    .string()
    .refine((path) => path !== '' && path.length <= maxLength.asset && path.isWellFormed(), { error })
    .overwrite((path) => path.normalize('NFC'))
    .describe('Path of an image of the project')
  const url = z
    .string()
    .max(maxLength.url, error)
    .regex(/^https?:\/\/[\x21-\x7e]+$/, error)
    .describe('Address of an image')
  const origin = z
    .string()
    .regex(/^[A-Za-z0-9-]{1,50}$/, error)
    .optional()
    .describe('Name of the origin that the path belongs to')
  return z
    .union([z.strictObject({ asset, origin }), z.strictObject({ url })], { error })
    .meta({ unit: 'picture' })
}

/** One text per picture, by which everyone files it. */
export function pictureKey(ref: PictureRef): string {
  return JSON.stringify('asset' in ref ? { asset: ref.asset, origin: ref.origin } : { url: ref.url })
}

/** @throws TypeError when whoever lowers has not found the picture: a mistake in the program, never in a request */
export function pictureIn({ pictures }: PicturesBeside, ref: PictureRef): PictureFacts {
  const found = pictures?.[pictureKey(ref)]
  if (found === undefined) throw new TypeError(`lowered without the picture ${pictureKey(ref)}`)
  return found
}

/** Facts of a picture from its header. */
export function pictureFacts(
  header: Size & { readonly orientation: number; readonly hasAlpha: boolean },
): PictureFacts {
  return { ...orientedSize(header, header.orientation), hasAlpha: header.hasAlpha }
}
