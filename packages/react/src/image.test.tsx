// @vitest-environment jsdom
import { act, createRef } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { renderToStaticMarkup, renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it } from 'vitest'
import { FoveaProvider, Image, type ImageProps } from './index.ts'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const page = (props: Partial<ImageProps> = {}) => (
  <FoveaProvider url="https://img.example" project="shop">
    <Image src="shoes/1.jpg" alt="A shoe" width={400} {...props} />
  </FoveaProvider>
)

function rendered(props: Partial<ImageProps> = {}): Document {
  return new DOMParser().parseFromString(renderToStaticMarkup(page(props)), 'text/html')
}

function img(document: Document): HTMLImageElement {
  const found = document.querySelector('img')
  if (found === null) throw new Error('no img')
  return found
}

describe('an Image', () => {
  it('names its place, what it shows, and addresses for every density', () => {
    const found = img(rendered({ height: 300, crop: 'attention', format: 'avif', className: 'hero' }))
    expect(found.getAttribute('src')).toBe(
      'https://img.example/i/shop/shoes/1.avif?w=400&h=300&crop=attention',
    )
    expect(found.getAttribute('srcset')).toContain('w=800&h=600&crop=attention 2x')
    expect([found.getAttribute('width'), found.getAttribute('height')]).toEqual(['400', '300'])
    expect(found.alt).toBe('A shoe')
    expect(found.className).toBe('hero')
    expect(found.getAttribute('loading')).toBe('lazy')
    expect(found.hasAttribute('crop')).toBe(false)
    expect(found.hasAttribute('format')).toBe(false)
  })

  it('lets the browser choose a width where sizes are said', () => {
    const found = img(rendered({ sizes: '(min-width: 60em) 50vw, 100vw' }))
    expect(found.getAttribute('sizes')).toBe('(min-width: 60em) 50vw, 100vw')
    expect(found.getAttribute('srcset')).toMatch(/w=160 160w, .*w=1200 1200w$/)
  })

  it('is fetched first when it matters most', () => {
    const document = rendered({ priority: true, sizes: '100vw' })
    const found = img(document)
    expect(found.getAttribute('loading')).toBe('eager')
    expect(found.getAttribute('fetchpriority')).toBe('high')
    const link = document.querySelector('link[rel=preload]')
    expect(link?.getAttribute('imagesrcset')).toBe(found.getAttribute('srcset'))
    expect(link?.getAttribute('imagesizes')).toBe('100vw')
  })

  it('is cut otherwise where a page is narrow', () => {
    const document = rendered({
      sources: [{ media: '(max-width: 40em)', width: 300, height: 300, crop: 'top' }],
    })
    const source = document.querySelector('picture > source')
    expect(source?.getAttribute('media')).toBe('(max-width: 40em)')
    expect(source?.getAttribute('srcset')).toContain('shoes/1.jpg?w=300&h=300&crop=top 1x')
    expect(source?.getAttribute('width')).toBe('300')
    expect(document.querySelector('picture > source + img')).not.toBeNull()
  })

  it('preloads the cut that is shown, and no other', () => {
    const cut = (media: string, width: number) => ({ media, width, height: width })
    const medias = (...sources: NonNullable<ImageProps['sources']>) =>
      [...rendered({ priority: true, sources }).querySelectorAll('link[rel=preload]')].map((link) =>
        link.getAttribute('media'),
      )
    expect(medias(cut('(max-width: 40em)', 300), cut('(orientation: portrait)', 500))).toEqual([
      '(max-width: 40em)',
      '(not ((max-width: 40em))) and ((orientation: portrait))',
      '(not ((max-width: 40em))) and (not ((orientation: portrait)))',
    ])
    // CSS has no words for the pages on which these are not shown.
    expect(medias(cut('screen and (max-width: 40em)', 300))).toEqual(['screen and (max-width: 40em)'])
    expect(medias(cut('(max-width: 40em)', 300), cut('print, (hover)', 500))).toEqual(['(max-width: 40em)'])
  })

  it('says where it may stand', () => {
    expect(() => renderToString(<Image src="a.jpg" alt="" width={1} />)).toThrow('FoveaProvider')
  })
})

describe('its placeholder', () => {
  let root: Root | undefined
  let host: HTMLElement | undefined
  afterEach(() => {
    act(() => root?.unmount())
    host?.remove()
  })

  function shown(props: Partial<ImageProps>): HTMLImageElement {
    host = document.body.appendChild(document.createElement('div'))
    root = createRoot(host)
    act(() => root?.render(page(props)))
    return img(document)
  }

  it('is seen until the picture has loaded', () => {
    const heard: string[] = []
    const found = shown({ placeholder: 'data:image/webp;base64,AAAA', onLoad: () => heard.push('load') })
    expect(found.style.backgroundImage).toContain('data:image/webp;base64,AAAA')
    act(() => void found.dispatchEvent(new Event('load')))
    expect(found.style.backgroundImage).toBe('')
    expect(heard).toEqual(['load'])
  })

  it('leaves the element to a ref', () => {
    const object = createRef<HTMLImageElement>()
    const found = shown({ ref: object })
    expect(object.current).toBe(found)
    act(() => root?.unmount())
    expect(object.current).toBeNull()
    host?.remove()
    const heard: string[] = []
    shown({
      ref: (img) => {
        heard.push(img?.alt ?? '')
        return () => void heard.push('gone')
      },
    })
    act(() => root?.unmount())
    expect(heard).toEqual([expect.any(String), 'gone'])
  })

  it('may be a colour, and never leaves its own declaration', () => {
    expect(shown({ placeholder: 'rgb(1, 2, 3)' }).style.backgroundColor).toBe('rgb(1, 2, 3)')
    act(() => root?.unmount())
    host?.remove()
    const hostile = shown({ placeholder: 'data:x"); color: red; --a: url("' })
    expect(hostile.style.color).toBe('')
  })
})
