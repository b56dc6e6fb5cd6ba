import { createHash } from 'node:crypto'
import { dialects } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { welcomeHeaders, welcomePage } from './page.ts'

const page = welcomePage({
  publicUrl: 'https://img.example.com',
  project: 'demo',
  samples: [
    { path: 'landscape.jpg', width: 2400, height: 1600 },
    { path: 'product.jpg', width: 1600, height: 1600 },
    { path: 'blink.gif', width: 480, height: 480 },
  ],
})

function attributes(name: string): string[] {
  return [...page.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value]) =>
    (value ?? '').replaceAll('&amp;', '&'),
  )
}

/** Every delivery address on the page, relative to the root. */
const addresses = [
  ...attributes('src'),
  ...attributes('href').filter((href) => href.startsWith('i/')),
  ...attributes('srcset').flatMap((set) =>
    set.split(', ').map((candidate) => candidate.replace(/ \d+w$/, '')),
  ),
]

describe('welcomePage', () => {
  it('shows addresses that the img-src dialect understands', () => {
    const imgSrc = dialects.find(({ name }) => name === 'img-src')
    expect(new Set(addresses).size).toBeGreaterThan(15)
    for (const address of addresses) {
      const [path = '', query = ''] = address.replace(/^i\/demo\//, '').split('?')
      const limits = { maxOperations: 30 }
      expect(
        () => imgSrc?.parse({ path, query } as never, { limits, presets: new Map() } as never),
        address,
      ).not.toThrow()
    }
  })

  it('offers no width above the source', () => {
    const widths = addresses.flatMap((address) =>
      address.includes('blink') ? [Number(/w=(\d+)/.exec(address)?.[1])] : [],
    )
    expect(Math.max(...widths)).toBe(480)
  })

  it('gives every picture a text, proportions and candidates', () => {
    const images = page.match(/<img /g) ?? []
    expect(images).toHaveLength(8)
    for (const name of ['alt', 'width', 'height', 'srcset', 'sizes']) expect(attributes(name)).toHaveLength(8)
    expect(attributes('alt').filter((text) => text === '')).toEqual([])
  })

  it('has no script, and a style that its policy allows', () => {
    expect(page).not.toMatch(/<script|\son\w+=|style="|javascript:/i)
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? []
    const hash = createHash('sha256').update(style).digest('base64')
    expect(welcomeHeaders['Content-Security-Policy']).toContain(`'sha256-${hash}'`)
  })

  it('escapes what came from outside', () => {
    const hostile = welcomePage({
      publicUrl: 'http://x',
      project: 'a"b',
      samples: [{ path: `"><img src=x onerror='1'>.png`, width: 10, height: 10 }],
    })
    expect(hostile).not.toMatch(/<img src=x|onerror='/)
  })

  it('is whole without pictures', () => {
    const empty = welcomePage({ publicUrl: 'http://x', project: 'demo', samples: [] })
    expect(empty).toContain('first-run.json')
    expect(empty).not.toContain('<img')
  })
})
