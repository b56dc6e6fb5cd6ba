import { describe, expect, it } from 'vitest'
import { formatOfExtension, formats, isFormat, traitsOf } from './formats.ts'

describe('formats', () => {
  it.each([
    ['jpg', 'jpeg'],
    ['JPEG', 'jpeg'],
    ['apng', 'png'],
    ['svgz', 'svg'],
    ['heic', 'heif'],
    ['tif', 'tiff'],
    ['', undefined],
    ['constructor', undefined],
    ['exe', undefined],
  ])('the extension %j stands for %s', (extension, format) => {
    expect(formatOfExtension(extension)).toBe(format)
  })

  it('no extension and no media type stands for two formats', () => {
    const extensions = Object.values(formats).flatMap((traits) => traits.extensions as readonly string[])
    expect(new Set(extensions).size).toBe(extensions.length)
    const mimes = Object.values(formats).map(({ mime }) => mime)
    expect(new Set(mimes).size).toBe(mimes.length)
  })

  it('narrows names without falling for the prototype', () => {
    expect(isFormat('avif')).toBe(true)
    expect(isFormat('toString')).toBe(false)
    expect(traitsOf('webp').maxSide).toBe(16_383)
  })

  it('every format keeps pixels in some way, and only decodable ones are shown untouched', () => {
    for (const traits of Object.values(formats)) {
      expect(traits.lossy || traits.lossless).toBe(true)
      if (traits.webSafe) expect(traits.decode).toBe(true)
    }
  })
})
