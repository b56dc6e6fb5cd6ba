/** Pages built by Next, Nuxt and Astro with our loaders, whose every address the server answers as the page says. */
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

/** The first picture of a built page. */
async function imageOf(site: Site, page: string): Promise<HTMLImageElement> {
  const built = await buildSite(site)
  try {
    const { window } = new JSDOM(readFileSync(join(built.folder, page), 'utf8'))
    const img = window.document.querySelector('img')
    if (img === null) throw new Error(`${page} shows no picture`)
    return img
  } finally {
    built.remove()
  }
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
  it('Next, through a loader file', async () => {
    const img = await imageOf(
      {
        packages: ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1'],
        files: {
          'next.config.mjs': `export default { output: 'export', images: { loader: 'custom', loaderFile: './loader.js', deviceSizes: [640, 1200], imageSizes: [256] } }`,
          'loader.js': `'use client'\nimport { nextLoader } from '@fovea/client/next'\nexport default nextLoader(${place()}, { format: 'webp' })`,
          'app/layout.js': `export default ({ children }) => <html lang="en"><body>{children}</body></html>`,
          'app/page.js': `import Image from 'next/image'\nexport default () => <Image src="${path}" alt="A sample" width={400} height={300} sizes="50vw" />`,
        },
        build: ['next/dist/bin/next', 'build'],
      },
      'out/index.html',
    )
    expect(img.alt).toBe('A sample')
    expect(await widthsOf(img)).toEqual(
      new Map([
        ['640w', 640],
        ['1200w', 1200],
      ]),
    )
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
