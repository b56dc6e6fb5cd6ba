import { type Format, formats } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { sharp } from '../sharp/setup.ts'
import { cpuClock } from '../testing/cpu-clock.ts'
import { codecOf, codecs, nameForeign, sniffCodec } from './index.ts'

const names = Object.keys(formats) as Format[]
const flat = { create: { width: 8, height: 8, channels: 4, background: '#3366' } } as const

function bytes(...parts: (string | number)[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part]))),
  )
}

describe('the codec registry', () => {
  it('reads exactly the formats whose traits say so', () => {
    expect(codecs.map(({ format }) => format).sort()).toEqual(
      names.filter((name) => formats[name].decode).sort(),
    )
  })

  it('writes exactly the formats whose traits say so', () => {
    const written = codecs
      .filter(({ encode, encodePixels }) => encode !== undefined || encodePixels !== undefined)
      .map(({ format }) => format)
    expect(written.sort()).toEqual(names.filter((name) => formats[name].encode).sort())
  })

  it('has no codec for the others', () => {
    expect(() => codecOf('none' as Format)).toThrow(RangeError)
  })
})

describe('sniffing', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)(
    'recognises what we write as %s',
    async (format) => {
      const file = await sharp(flat)[format]().toBuffer()
      expect(sniffCodec(file)?.format).toBe(format)
    },
  )

  it.each<[string, Uint8Array]>([
    ['a bare root', bytes('<svg>')],
    ['declaration and comment', bytes('<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg xmlns="x">')],
    ['a document type with entities', bytes('<!DOCTYPE svg PUBLIC "a>b" "c" [<!ENTITY n "]v">]>\n<svg/>')],
    ['a prefix', bytes('<s:svg xmlns:s="http://www.w3.org/2000/svg">')],
    ['a byte order mark', Buffer.from('\ufeff<svg/>', 'utf8')],
    ['UTF-16', Buffer.from('\ufeff<svg/>', 'utf16le')],
    ['gzip', bytes(0x1f, 0x8b, 8, 0)],
  ])('recognises an SVG with %s', (_, head) => {
    expect(sniffCodec(head)?.format).toBe('svg')
  })

  it.each<[Format, Uint8Array]>([
    ['heif', bytes(0, 0, 0, 24, 'ftypheic', 0, 0, 0, 0, 'mif1heic')],
    ['heif', bytes(0, 0, 0, 20, 'ftypmif1', 0, 0, 0, 0, 'miaf')],
    ['jxl', bytes(0xff, 0x0a, 0)],
    ['jxl', bytes(0, 0, 0, 12, 'JXL ')],
    ['bmp', bytes('BM6')],
    ['ico', bytes(0, 0, 1, 0, 2, 0, 16, 16, 0, 0)],
    ['ico', bytes(0, 0, 2, 0, 1, 0, 16, 16, 0, 0)],
    ['tga', bytes(0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 48, 0, 24, 0, 0)],
    ['qoi', bytes('qoif')],
    ['pnm', bytes('P6\n1 1')],
    ['hdr', bytes('#?RADIANCE\n')],
    ['jp2', bytes(0, 0, 0, 12, 'jP  ', 13, 10, 0x87, 10)],
    ['jp2', bytes(0xff, 0x4f, 0xff, 0x51)],
    ['exr', bytes(0x76, 0x2f, 0x31, 0x01)],
    ['pdf', bytes('%PDF-1.7')],
  ])('recognises %s', (format, head) => {
    expect(sniffCodec(head)?.format).toBe(format)
  })

  it.each<[string, Uint8Array]>([
    ['HTML', bytes('<html><svg>')],
    ['another XML document', bytes('<?xml version="1.0"?><plist>')],
    ['a tag that only begins like it', bytes('<svgfoo>')],
    ['text', bytes('hello')],
    ['one byte', bytes(0xff)],
    ['nothing', bytes()],
  ])('does not take %s for an image', (_, head) => {
    expect(sniffCodec(head)).toBeUndefined()
  })

  it.each<[string, Uint8Array]>([
    ['MP4 video', bytes(0, 0, 0, 20, 'ftypisom', 0, 0, 0, 0, 'mp42')],
    ['PostScript', bytes('%!PS')],
  ])('names %s', (name, head) => {
    expect(sniffCodec(head)).toBeUndefined()
    expect(nameForeign(head)).toBe(name)
  })

  it('says nothing of bytes it does not know', () => {
    expect(nameForeign(bytes('push graphic-context'))).toBeUndefined()
    expect(nameForeign(bytes())).toBeUndefined()
  })

  it('takes bounded time on long and hostile heads', () => {
    const heads = ['<!--', '<!DOCTYPE a [', '<?', ' ', '<!DOCTYPE "', '<!-- -->'].map((text) =>
      bytes(text.repeat(16_384 / text.length)),
    )
    const cpuMs = cpuClock()
    for (const head of heads) sniffCodec(head)
    expect(cpuMs()).toBeLessThan(500)
  })
})
