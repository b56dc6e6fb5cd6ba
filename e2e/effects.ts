/** Compares two answers the way a dialect's table of conformance names effects. */
import sharp from 'sharp'
import type { Effect } from '../packages/core/src/dialects/conformance.ts'

export interface Got {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
}

/** Headers that say nothing about the picture. */
const passing =
  /^(?:date|server-timing|x-fovea-|etag|cache-|surrogate-key|content-length|connection|keep-alive|x-imgix-params)/

/** Whether the answer `a` has the effect beside `b`. */
export async function hasEffect(effect: Effect, a: Got, b: Got): Promise<boolean> {
  switch (effect) {
    case 'faces':
    case 'cut-out':
      throw new TypeError('what needs a model is looked for in models.test.ts')
    case 'status':
      return a.status !== b.status
    case 'type':
      return a.headers.get('content-type') !== b.headers.get('content-type')
    case 'header':
      return headersOf(a) !== headersOf(b)
    case 'bytes':
      return isPicture(a) && isPicture(b) && !a.bytes.equals(b.bytes)
    case 'text':
      return !isPicture(a) && a.bytes.length > 0 && !a.bytes.equals(b.bytes)
    default:
      return comparePictures(effect, await picture(a), await picture(b))
  }
}

function headersOf({ headers }: Got): string {
  return JSON.stringify([...headers].filter(([name]) => !passing.test(name)).sort())
}

function isPicture({ headers }: Got): boolean {
  return headers.get('content-type')?.startsWith('image/') === true
}

interface Picture {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

async function picture({ bytes }: Got): Promise<Picture> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

function comparePictures(effect: Effect, a: Picture, b: Picture): boolean {
  const more = (measure: (picture: Picture) => number, least: number) => measure(a) - measure(b) > least
  switch (effect) {
    case 'size':
      return a.width !== b.width || a.height !== b.height
    case 'pixels':
      return a.data.length !== b.data.length || difference(a, b) > 0.4
    case 'brighter':
      return more(light, 4)
    case 'darker':
      return more((one) => -light(one), 1)
    case 'colourful':
      return more(chroma, 3)
    case 'pale':
      return more((one) => -chroma(one), 3)
    case 'sharp':
      return more(roughness, 0.3)
    case 'soft':
      return more((one) => -roughness(one), 0.3)
    case 'transparent':
      return more(seeThrough, 1)
    default:
      throw new Error(`no effect of pictures: ${effect}`)
  }
}

function difference(a: Picture, b: Picture): number {
  return mean(a, (at) => Math.abs((a.data[at] ?? 0) - (b.data[at] ?? 0)), 4)
}

function light(one: Picture): number {
  return mean(one, (at) => one.data[at] ?? 0, 3)
}

function seeThrough(one: Picture): number {
  let sum = 0
  for (let at = 3; at < one.data.length; at += 4) sum += 255 - (one.data[at] ?? 0)
  return (sum * 4) / one.data.length
}

function chroma({ data }: Picture): number {
  let sum = 0
  for (let at = 0; at < data.length; at += 4) {
    const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3)
    sum += Math.max(r, g, b) - Math.min(r, g, b)
  }
  return (sum * 4) / data.length
}

/** Mean difference to the neighbour on the right. */
function roughness(one: Picture): number {
  return mean(one, (at) => Math.abs((one.data[at] ?? 0) - (one.data[at + 4] ?? one.data[at] ?? 0)), 3)
}

function mean({ data }: Picture, value: (at: number) => number, channels: number): number {
  let sum = 0
  let count = 0
  for (let at = 0; at < data.length; at++) {
    if (at % 4 >= channels) continue
    sum += value(at)
    count++
  }
  return sum / count
}
