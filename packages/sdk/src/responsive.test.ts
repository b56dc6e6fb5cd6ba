import { describe, expect, it } from 'vitest'
import { responsiveImage } from './responsive.ts'

const place = { url: 'https://img.example', project: 'shop' }
const entries = (srcSet: string) => srcSet.split(', ').map((entry) => entry.split(' ') as [string, string])

describe('responsiveImage', () => {
  it('offers densities for a place of one width', () => {
    const { src, srcSet, sizes, ...shown } = responsiveImage(place, 'a.jpg', { width: 101, height: 50 })
    expect(src).toBe('https://img.example/i/shop/a.jpg?w=101&h=50')
    expect(entries(srcSet)).toEqual([
      ['https://img.example/i/shop/a.jpg?w=101&h=50', '1x'],
      ['https://img.example/i/shop/a.jpg?w=152&h=75', '1.5x'],
      ['https://img.example/i/shop/a.jpg?w=202&h=100', '2x'],
      ['https://img.example/i/shop/a.jpg?w=303&h=150', '3x'],
    ])
    expect(sizes).toBeUndefined()
    expect(shown).toEqual({ width: 101, height: 50 })
  })

  it('offers widths up to three times the place for one that changes', () => {
    const { srcSet, sizes } = responsiveImage(place, 'a.jpg', {
      width: 300,
      sizes: '50vw',
      format: 'avif',
      crop: 'attention',
    })
    const widths = entries(srcSet).map(([, width]) => width)
    expect(widths).toEqual(['160w', '240w', '320w', '480w', '640w', '800w', '900w'])
    expect(entries(srcSet)[0]?.[0]).toBe('https://img.example/i/shop/a.avif?w=160&crop=attention')
    expect(sizes).toBe('50vw')
  })

  it('keeps the aspect in every entry, and to the longest side a URL may ask for', () => {
    const { srcSet } = responsiveImage(place, 'a.jpg', { width: 8000, height: 2000, sizes: '100vw' })
    for (const [url, width] of entries(srcSet)) {
      const query = new URL(url).searchParams
      expect(`${query.get('w')}w`).toBe(width)
      expect(Number(query.get('w')) / Number(query.get('h'))).toBeCloseTo(4, 1)
      expect(Number(query.get('w'))).toBeLessThanOrEqual(10_000)
    }
  })

  it.each([0, -1, Number.NaN])('refuses a side of %d', (width) => {
    expect(() => responsiveImage(place, 'a.jpg', { width })).toThrow('at least 1')
  })
})
