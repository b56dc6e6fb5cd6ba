/**
 * The shape of picture facts. A decoding child may be in a stranger's hands, so what it tells is checked before it is
 * stored or shown, and it has bounds.
 */
import { formats } from '@fovea/core'
import * as z from 'zod'

const count = z.int().min(0)
const color = z.string().regex(/^#[0-9a-f]{6}$/)
const part = z.number().min(0).max(1)
const text = z.string().max(2_000)
const number = z.number()

const details = z.strictObject({
  takenAt: z.string().max(40).exactOptional(),
  camera: z
    .strictObject({ make: text.exactOptional(), model: text.exactOptional(), lens: text.exactOptional() })
    .exactOptional(),
  exposure: z
    .strictObject({
      seconds: number.exactOptional(),
      fNumber: number.exactOptional(),
      iso: number.exactOptional(),
      bias: number.exactOptional(),
      focalLength: number.exactOptional(),
      focalLength35mm: number.exactOptional(),
      flash: z.boolean().exactOptional(),
    })
    .exactOptional(),
  software: text.exactOptional(),
  artist: text.exactOptional(),
  copyright: text.exactOptional(),
  credit: text.exactOptional(),
  title: text.exactOptional(),
  caption: text.exactOptional(),
  keywords: z.array(text).max(64).readonly().exactOptional(),
  rating: z.int().min(-1).max(5).exactOptional(),
  location: z
    .strictObject({
      latitude: z.number().min(-90).max(90).exactOptional(),
      longitude: z.number().min(-180).max(180).exactOptional(),
      altitude: number.exactOptional(),
      city: text.exactOptional(),
      country: text.exactOptional(),
    })
    .exactOptional(),
  equipment: z
    .strictObject({
      bodySerial: text.exactOptional(),
      lensSerial: text.exactOptional(),
      owner: text.exactOptional(),
    })
    .exactOptional(),
})

export const pictureDetails = details

export const pictureFacts = z.strictObject({
  width: count,
  height: count,
  isTransparent: z.boolean(),
  dominantColor: color.nullable(),
  averageColor: color.nullable(),
  luminance: part,
  palette: z
    .array(z.strictObject({ color, share: part }))
    .max(16)
    .readonly(),
  swatches: z.strictObject({
    vibrant: color.exactOptional(),
    vibrantDark: color.exactOptional(),
    vibrantLight: color.exactOptional(),
    muted: color.exactOptional(),
    mutedDark: color.exactOptional(),
    mutedLight: color.exactOptional(),
  }),
  blurhash: z.string().max(200),
  thumbhash: z.base64().max(40),
  lqip: z
    .string()
    .max(1_024)
    .regex(/^data:image\/(?:webp|jpeg|avif);base64,[A-Za-z0-9+/]+=*$/),
  perceptualHash: z.string().regex(/^[0-9a-f]{16}$/),
  source: z.strictObject({
    format: z.enum(Object.keys(formats) as (keyof typeof formats)[]),
    width: count,
    height: count,
    orientation: count,
    pages: count,
    hasAlpha: z.boolean(),
    channels: count,
    space: z.string().max(40),
    depth: count.exactOptional(),
    density: number.exactOptional(),
    isProgressive: z.boolean(),
    sizeBytes: count,
  }),
  details: details.exactOptional(),
})
