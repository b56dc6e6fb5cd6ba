import { describe, expect, it } from 'vitest'
import astro from './astro.ts'
import { nextLoader } from './next.ts'
import nuxt from './nuxt.ts'
import { extract, generate, transform } from './unpic.ts'

const place = { url: 'https://img.example/base', project: 'shop' }
const at = (rest: string) => `https://img.example/base/i/shop/${rest}`

describe('the path of a picture', () => {
  const load = nextLoader(place)
  it.each([
    ['a/b.jpg', 'a/b.jpg?w=9'],
    ['/a b.jpg', 'a%20b.jpg?w=9'],
    [at('a%20b.jpg?w=100'), 'a%20b.jpg?w=9'],
  ])('%s', (src, expected) => {
    expect(load({ src, width: 9 })).toBe(at(expected))
  })

  it.each(['https://other.example/a.jpg', '//other.example/a.jpg', 'data:image/png;base64,AA'])(
    'is never %s',
    (src) => {
      expect(() => load({ src, width: 9 })).toThrow('no path of the project "shop"')
    },
  )
})

describe('nextLoader', () => {
  it('adds what every picture has', () => {
    const load = nextLoader(place, { format: 'avif', q: 60 })
    expect(load({ src: 'a.jpg', width: 640 })).toBe(at('a.avif?w=640&q=60'))
    expect(load({ src: 'a.jpg', width: 640, quality: 75 })).toBe(at('a.avif?w=640&q=75'))
  })
})

describe('the provider of Nuxt', () => {
  const { getImage } = nuxt()
  it('speaks its modifiers', () => {
    const modifiers = {
      width: '300',
      height: 200,
      fit: 'inside',
      format: 'jpeg',
      quality: 70,
      grayscale: true,
    }
    expect(getImage('/a.png', { ...place, modifiers }).url).toBe(
      at('a.jpg?w=300&h=200&fit=contain&q=70&grayscale=true'),
    )
    expect(getImage('a.png', place).url).toBe(at('a.png'))
    const unset: object = { width: 9, background: undefined, blur: undefined }
    expect(getImage('a.png', { ...place, modifiers: unset }).url).toBe(at('a.png?w=9'))
  })

  it('refuses what it has no word for', () => {
    expect(() => getImage('a.png', { ...place, modifiers: { fit: 'outside' } })).toThrow(
      '"fit" must be one of',
    )
    expect(() => getImage('a.png', { ...place, modifiers: { format: 'tiff' } })).toThrow('"format"')
    const stray: object = { background: 'red' }
    expect(() => getImage('a.png', { ...place, modifiers: stray })).toThrow('no parameter "background"')
  })
})

describe('the service of Astro', () => {
  const config = { service: { config: place } }
  it('speaks its transforms', () => {
    expect(
      astro.getURL(
        {
          src: 'a.png',
          width: 300.4,
          height: 200,
          fit: 'cover',
          position: 'left top',
          format: 'jpeg',
          quality: 'mid',
        },
        config,
      ),
    ).toBe(at('a.jpg?w=300&h=200&fit=cover&q=50&crop=top-left'))
    expect(astro.getURL({ src: { src: '/_astro/a.png', width: 4, height: 2 } }, config)).toBe(
      at('_astro/a.png'),
    )
  })

  it('offers widths and densities of one aspect', () => {
    const widths = astro.getSrcSet({ src: 'a.png', width: 400, height: 200, widths: [200, 800] })
    expect(widths).toMatchObject([
      { descriptor: '200w', transform: { width: 200, height: 100 } },
      { descriptor: '800w', transform: { width: 800, height: 400 } },
    ])
    const densities = astro.getSrcSet({ src: 'a.png', width: 400, densities: [1.5, '2x'] })
    expect(densities).toMatchObject([
      { descriptor: '1.5x', transform: { width: 600 } },
      { descriptor: '2x', transform: { width: 800 } },
    ])
    expect(astro.getSrcSet({ src: 'a.png', width: 400 })).toEqual([])
  })

  it('keeps what belongs to the element, and says its size', () => {
    const src = { src: '/a.png', width: 400, height: 100 }
    expect(astro.getHTMLAttributes({ src, width: 200, format: 'webp', alt: 'A', class: 'x' })).toEqual({
      alt: 'A',
      class: 'x',
      width: 200,
      height: 50,
      loading: 'lazy',
      decoding: 'async',
    })
  })

  it.each([
    [{ format: 'tiff' }, 'format'],
    [{ fit: 'outside' }, 'fit'],
    [{ position: '10% 20%' }, 'position'],
    [{ background: 'red' }, 'background'],
    [{ quality: 'good' }, 'quality'],
    [{ quality: 101 }, 'quality'],
  ])('refuses %j', (options, name) => {
    expect(() => astro.validateOptions({ src: 'a.png', ...options })).toThrow(name)
  })
})

describe('the provider of unpic', () => {
  it('writes, reads and changes addresses', () => {
    const url = generate(
      'a/b.png',
      { width: 300, quality: 70, format: 'jpeg', crop: 'top', preset: 'card' },
      place,
    )
    expect(url).toBe(at('a/b.jpg?p:card&w=300&q=70&crop=top'))
    expect(extract(url)).toEqual({
      src: at('a/b.jpg'),
      operations: { width: 300, quality: 70, crop: 'top', preset: 'card' },
      options: place,
    })
    expect(transform(url, { width: 100, height: 50 })).toBe(at('a/b.jpg?p:card&w=100&h=50&q=70&crop=top'))
    expect(transform('c.png', { width: 5 }, place)).toBe(at('c.png?w=5'))
  })

  it('takes no signature over to another address', () => {
    const url = at('a.png?w=300&exp=1900000000&kid=k1&sig=00ff')
    expect(extract(url)?.operations).toEqual({ width: 300 })
    expect(transform(url, { width: 100 })).toBe(at('a.png?w=100'))
  })

  it('leaves other addresses alone', () => {
    expect(extract('https://other.example/a.jpg')).toBeNull()
    expect(extract('a.jpg')).toBeNull()
    expect(() => transform('https://other.example/a.jpg', {})).toThrow('names no project')
  })
})
