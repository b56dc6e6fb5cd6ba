/** Pages built by Next, Nuxt and Astro with our loaders and components, whose every address the server answers as the page says. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { JSDOM } from 'jsdom'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../support.ts'
import { buildSite, type Site } from './build.ts'

let server: RunningServer
let path: string

beforeAll(async () => {
  server = await startServer()
  const { sampleUrl, project } = server.firstRun
  path = new URL(sampleUrl).pathname.slice(`/i/${project}/`.length)
})
afterAll(() => server?.stop())

/** The pictures of a built page. */
async function imagesOf(site: Site, page: string): Promise<readonly HTMLImageElement[]> {
  const built = await buildSite(site)
  try {
    const { window } = new JSDOM(readFileSync(join(built.folder, page), 'utf8'))
    return [...window.document.querySelectorAll('img')]
  } finally {
    built.remove()
  }
}

async function imageOf(site: Site, page: string): Promise<HTMLImageElement> {
  const [img] = await imagesOf(site, page)
  if (img === undefined) throw new Error(`${page} shows no picture`)
  return img
}

/** Width of the picture behind every address of `srcset`, by its descriptor. */
async function widthsOf(img: HTMLImageElement): Promise<ReadonlyMap<string, number>> {
  const entries = (img.getAttribute('srcset') ?? '').split(/,\s+/).map((entry) => entry.split(' '))
  const widths = entries.map(async ([url = '', descriptor = '']) => {
    const response = await fetch(url)
    expect(response.status, url).toBe(200)
    const { width } = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
    return [descriptor, width] as const
  })
  return new Map(await Promise.all(widths))
}

const place = () => JSON.stringify({ url: server.url, project: server.firstRun.project })

describe('a page of', () => {
  it('Next, through a loader file, our components, and those of unpic', async () => {
    const [img, ours, unpic] = await imagesOf(
      {
        packages: ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1', '@unpic/react@1.0.2'],
        files: {
          'next.config.mjs': `export default { output: 'export', images: { loader: 'custom', loaderFile: './loader.js', deviceSizes: [640, 1200], imageSizes: [256] } }`,
          'loader.js': `'use client'\nimport { nextLoader } from '@fovea/client/next'\nexport default nextLoader(${place()}, { format: 'webp' })`,
          'app/layout.js': `export default ({ children }) => <html lang="en"><body>{children}</body></html>`,
          'app/unpic.js': `'use client'\nimport { Image } from '@unpic/react/base'\nimport { transform } from '@fovea/client/unpic'\nexport default () => <Image src="${path}" alt="By unpic" width={400} height={300} breakpoints={[200, 400]} transformer={transform} options={${place()}} operations={{ crop: 'top' }} />`,
          'app/page.js': `import NextImage from 'next/image'
            import { FoveaProvider, Image } from '@fovea/react'
            import Unpic from './unpic.js'
            export default () => (
              <FoveaProvider {...${place()}}>
                <NextImage src="${path}" alt="A sample" width={400} height={300} sizes="50vw" />
                <Image src="${path}" alt="Ours" width={80} height={60} sizes="50vw" placeholder="red" />
                <Unpic />
              </FoveaProvider>
            )`,
        },
        build: ['next/dist/bin/next', 'build'],
      },
      'out/index.html',
    )
    if (img === undefined || ours === undefined || unpic === undefined)
      throw new Error('a picture is missing')
    expect([img.alt, ours.alt, unpic.alt]).toEqual(['A sample', 'Ours', 'By unpic'])
    const widths = (...all: readonly number[]) => new Map(all.map((width) => [`${width}w`, width]))
    expect(await widthsOf(img)).toEqual(widths(640, 1200))
    expect(await widthsOf(ours)).toEqual(widths(160, 240))
    expect(await widthsOf(unpic)).toEqual(widths(200, 400))
  })

  it('Astro, through an image service', async () => {
    const img = await imageOf(
      {
        packages: ['astro@7.3.5'],
        files: {
          'astro.config.mjs': `export default { image: { service: { entrypoint: '@fovea/client/astro', config: ${place()} } } }`,
          'src/pages/index.astro': `---\nimport { Image } from 'astro:assets'\n---\n<html lang="en"><body><Image src="${path}" alt="A sample" width={400} height={300} widths={[200, 800]} sizes="50vw" format="jpeg" fit="cover" /></body></html>`,
        },
        build: ['astro/bin/astro.mjs', 'build'],
      },
      'dist/index.html',
    )
    expect([img.getAttribute('width'), img.getAttribute('height')]).toEqual(['400', '300'])
    expect(await widthsOf(img)).toEqual(
      new Map([
        ['200w', 200],
        ['800w', 800],
      ]),
    )
  })

  it('Nuxt, through a provider of Nuxt Image', async () => {
    const img = await imageOf(
      {
        packages: ['nuxt@4.5.2', '@nuxt/image@2.1.0'],
        files: {
          'nuxt.config.ts': `export default defineNuxtConfig({ modules: ['@nuxt/image'], compatibilityDate: '2026-01-01', telemetry: false, image: { provider: 'fovea', providers: { fovea: { provider: '@fovea/client/nuxt', options: ${place()} } } } })`,
          'app/app.vue': `<template><NuxtImg src="${path}" alt="A sample" width="400" height="300" sizes="200px md:400px" fit="cover" :modifiers="{ crop: 'top' }" /></template>`,
        },
        build: ['nuxt/bin/nuxt.mjs', 'generate'],
      },
      '.output/public/index.html',
    )
    expect(await widthsOf(img)).toEqual(
      new Map([
        ['200w', 200],
        ['400w', 400],
        ['800w', 800],
      ]),
    )
  })
})
