import { expect, it } from 'vitest'
import { sharp } from '../sharp/setup.ts'
import { outputOf, transform } from '../testing/request.ts'
import { noise, pixelAt, pixelsOf, size, through } from '../testing/samples.ts'

it.each([
  [80, 60],
  [93, 71],
  [17, 90],
  [13, 11],
])('picks the pixel under the middle of each of %d×%d', async (width, height) => {
  for (const channels of [1, 3, 4] as const) {
    const sample = noise(channels)
    const made = await through(sample, [{ op: 'resize', width, height, fit: 'fill', kernel: 'nearest' }])
    expect([made.width, made.height]).toEqual([width, height])
    for (let pixel = 0; pixel < width * height; pixel++) {
      const x = Math.floor((((pixel % width) + 0.5) / width) * size.width)
      const y = Math.floor(((Math.floor(pixel / width) + 0.5) / height) * size.height)
      expect(pixelAt(made, pixel)).toEqual(pixelAt(sample, y * size.width + x))
    }
  }
})

it('makes blocks whose edges are straight, whatever follows', async () => {
  const png = await sharp({
    create: {
      width: 182,
      height: 242,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
      background: 'black',
    },
  })
    .png()
    .toBuffer()
  const blocks = { op: 'pixelate', block: 9 } as const
  const plain = await transform({ bytes: png }, [blocks], outputOf('png'))
  const together = await transform({ bytes: png }, [blocks, { op: 'sharpen' }], outputOf('png'))
  const apart = await transform({ bytes: plain.bytes }, [{ op: 'sharpen' }], outputOf('png'))
  const [one, two] = await Promise.all([together, apart].map(({ bytes }) => pixelsOf(bytes, false)))
  expect(one?.data).toEqual(two?.data)
})
