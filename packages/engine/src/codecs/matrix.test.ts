/** Every format we read becomes every format we write, with its colours; small pictures made here, no corpus. */
import { defaultLimits, type Format, formats } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { probe } from '../open.ts'
import { sharp } from '../sharp/setup.ts'
import { outputOf, transform } from '../testing/request.ts'
import { sampleColours, sampleOf } from './samples.ts'

const side = 32
const { left, right } = sampleColours
const names = Object.keys(formats) as Format[]
const read = names.filter((name) => formats[name].decode)
const written = names.filter((name) => formats[name].encode)
/** Of 255: printing, subsampled chroma and light AV1 stay below. */
const tolerance = 24

const svg = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="${side / 2}" height="${side}" fill="rgb(${left.join()})"/><rect x="${side / 2}" width="${side / 2}" height="${side}" fill="rgb(${right.join()})"/></svg>`,
)

async function pictureIn(format: Format): Promise<Uint8Array> {
  if (!formats[format].encode) return sampleOf(format, side) ?? svg
  return (await transform({ bytes: svg }, [], outputOf(format, { quality: 90 }))).bytes
}

describe.each(read)('%s', (from) => {
  it(`becomes ${written.join(', ')}`, async () => {
    const bytes = await pictureIn(from)
    const facts = await probe({ kind: 'probe', source: { bytes }, limits: defaultLimits })
    expect(facts).toMatchObject({ format: from, width: side, height: side })
    for (const to of written) {
      const made = await transform({ bytes }, [], outputOf(to, { quality: 90 }))
      const back = await transform({ bytes: made.bytes }, [], outputOf('png'))
      const { data, info } = await sharp(back.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
      expect([info.width, info.height], to).toEqual([side, side])
      const at = (x: number) => [...data.subarray(((side / 2) * side + x) * 3).subarray(0, 3)]
      const off = [at(side / 4), at((3 * side) / 4)].flatMap((pixel, half) =>
        (half === 0 ? left : right).map((value, channel) => Math.abs(value - (pixel[channel] ?? 0))),
      )
      expect(Math.max(...off), to).toBeLessThanOrEqual(tolerance)
    }
  }, 60_000)
})
