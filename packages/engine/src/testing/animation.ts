/** A small animation whose frames can be told apart: a bright block walks down, left to right. */
import { sharp } from '../sharp/setup.ts'

export const frameSize = { width: 48, height: 36 } as const
export const frameDelays = [70, 200, 500] as const
export const frameLoop = 3

/** Three frames, each mostly in its own colour with a white block at its own place. */
export async function animation(format: 'gif' | 'webp'): Promise<Uint8Array> {
  const { width, height } = frameSize
  const colours = [
    [200, 0, 0],
    [0, 200, 0],
    [0, 0, 200],
  ] as const
  const data = Buffer.alloc(width * height * 3 * colours.length)
  for (const [page, colour] of colours.entries()) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const isBlock = x >= 4 + page * 14 && x < 14 + page * 14 && y >= 4 + page * 10 && y < 12 + page * 10
        const at = ((page * height + y) * width + x) * 3
        data.set(isBlock ? [255, 255, 255] : colour, at)
      }
    }
  }
  const roll = sharp(data, {
    raw: { width, height: height * colours.length, channels: 3, pageHeight: height },
  })
  const timing = { delay: [...frameDelays], loop: frameLoop }
  return format === 'gif' ? roll.gif(timing).toBuffer() : roll.webp({ ...timing, lossless: true }).toBuffer()
}
