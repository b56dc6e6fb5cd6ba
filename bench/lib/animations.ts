/** Generated animations of any length: a disc walks over a picture that drifts, drawn frame by frame. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { gifJoiner } from '../../packages/engine/src/animation/gif-join.ts'

export const frameSize = { width: 480, height: 270 } as const
const runLength = 20
const delay = 40

/** A GIF of so many frames; made in runs, so that the bench itself needs little. */
export async function longGif(frames: number, workDir: string): Promise<string> {
  const { width, height } = frameSize
  const joiner = gifJoiner(0)
  for (let first = 0; first < frames; first += runLength) {
    const pages = Math.min(runLength, frames - first)
    const data = new Uint8Array(width * height * 3 * pages)
    for (let page = 0; page < pages; page++) draw(data, page * width * height * 3, first + page)
    const delays = Array.from({ length: pages }, () => delay)
    const raw = { width, height: height * pages, channels: 3, pageHeight: height } as const
    const bytes = await sharp(data, { raw }).gif({ delay: delays, effort: 1, dither: 0.5 }).toBuffer()
    await joiner.add({ bytes, width, height, delays })
  }
  const path = join(workDir, `${frames}.gif`)
  await writeFile(path, joiner.finish())
  return path
}

function draw(data: Uint8Array, start: number, page: number): void {
  const { width, height } = frameSize
  for (let y = 0, at = start; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const isDisc = (x - ((page * 5) % width)) ** 2 + (y - 135) ** 2 < 2500
      const wave = Math.sin((x + page * 2) / 23) * Math.cos(y / 17)
      data[at] = isDisc ? 230 : 120 + 60 * wave
      data[at + 1] = isDisc ? 60 : 90 + (x * 100) / width
      data[at + 2] = isDisc ? 50 : 80 + (y * 120) / height
    }
  }
}
