import { describe, expect, it } from 'vitest'
import { type OutputWish, outputFor } from './output.ts'

const plain: OutputWish = {
  format: undefined,
  choice: undefined,
  quality: undefined,
  target: undefined,
  maxBytes: undefined,
  lossless: false,
  progressive: false,
  metadata: 'none',
  colorSpace: undefined,
  animated: true,
}

describe('outputFor', () => {
  it('keeps the format of the source when it can be written', () => {
    expect(outputFor(plain, 'png')).toEqual({
      kind: 'image',
      format: 'png',
      metadata: 'none',
      animated: false,
    })
  })

  it('writes WebP for a source that can only be read', () => {
    expect(outputFor(plain, 'svg')).toMatchObject({ format: 'webp', quality: 80 })
  })

  it('leaves the quality out of a lossless output', () => {
    const output = outputFor({ ...plain, format: 'webp', lossless: true, quality: 50 }, 'jpeg')
    expect(output).toMatchObject({ lossless: true })
    expect(output).not.toHaveProperty('quality')
  })

  it('moves only where the format can', () => {
    expect(outputFor({ ...plain, format: 'gif' }, 'gif').animated).toBe(true)
    expect(outputFor({ ...plain, format: 'gif', animated: false }, 'gif').animated).toBe(false)
    expect(outputFor({ ...plain, format: 'jpeg' }, 'gif').animated).toBe(false)
  })

  it('makes JPEG and PNG progressive, and nothing else', () => {
    expect(outputFor({ ...plain, progressive: true }, 'jpeg').progressive).toBe(true)
    expect(outputFor({ ...plain, progressive: true }, 'webp')).not.toHaveProperty('progressive')
  })
})
