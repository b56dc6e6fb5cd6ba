/** What pages use of the client and its components, in a real browser, on a site other than the server's. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Fovea } from '@fovea/client'
import type * as upload from '@fovea/client/upload'
import { FoveaProvider, Image } from '@fovea/react'
import type { Browser, Page } from 'playwright-core'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, mayRunChromium } from '../scripts/testing/chromium.ts'
import { browserScript } from './browser-script.ts'
import { generatePng, type RunningServer, startServer } from './support.ts'

declare global {
  /** What the page's script sets. */
  var client: typeof upload
}

/** Chromium may have to be fetched first. */
const installMs = 600_000

let server: RunningServer
let fovea: Fovea
let site: Site
let browser: Browser
let page: Page
/** Authorization headers that the browser has sent. */
const credentials: string[] = []

beforeAll(async () => {
  if (!mayRunChromium) return
  server = await startServer()
  fovea = new Fovea({ apiKey: server.firstRun.apiKey, url: server.url })
  const script = await browserScript(fileURLToPath(import.meta.resolve('@fovea/client/upload')))
  site = await startSite(script, pictureOf(server.firstRun))
  browser = await launchChromium()
  page = await browser.newPage()
  page.on('request', (request) => {
    const { authorization } = request.headers()
    if (authorization !== undefined) credentials.push(authorization)
  })
  await page.goto(site.url)
}, installMs)
afterAll(async () => {
  await browser?.close()
  site?.server.close()
  await server?.stop()
})

describe.skipIf(!mayRunChromium)('a page', () => {
  it('sends a file to an address, tells its progress and holds no key', async () => {
    const address = await fovea.images.signUrl('pages/wide.png', { contentType: 'image/png' })
    const file = [...(await generatePng({ width: 300, height: 200 }))]
    const { done, shares } = await page.evaluate(
      async ({ address, file }) => {
        const shares: number[] = []
        const blob = new File([new Uint8Array(file)], 'wide.png', { type: 'image/png' })
        const done = await client.uploadTo(address, blob, { onProgress: (share) => shares.push(share) })
        return { done, shares }
      },
      { address, file },
    )
    expect(done).toMatchObject({ key: 'pages/wide.png', isNew: true })
    expect(shares.at(-1)).toBe(1)
    expect((await fovea.images.metadata('pages/wide.png')).width).toBe(300)
    expect(credentials).toEqual([])
  })

  it('stops half way when told to, and may try again', async () => {
    const address = await fovea.images.signUrl('pages/again.png')
    const network = await page.context().newCDPSession(page)
    const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 }
    await network.send('Network.enable')
    await network.send('Network.emulateNetworkConditions', conditions)
    const outcome = await page.evaluate(async (address) => {
      const controller = new AbortController()
      const heavy = new Blob([new Uint8Array(5_000_000)])
      const onProgress = (share: number) => {
        if (share > 0 && share < 1) controller.abort(new Error(`at ${share}`))
      }
      return client
        .uploadTo(address, heavy, { onProgress, signal: controller.signal })
        .then(() => 'sent', String)
    }, address)
    expect(outcome).toMatch(/^Error: at 0\.\d+$/)
    await network.send('Network.emulateNetworkConditions', { ...conditions, uploadThroughput: -1 })
    const file = [...(await generatePng({ width: 30, height: 20, seed: 8 }))]
    const done = await page.evaluate(
      ({ address, file }) => client.uploadTo(address, new Blob([new Uint8Array(file)])),
      { address, file },
    )
    expect(done.key).toBe('pages/again.png')
  })

  it('reads why a file was refused', async () => {
    const address = await fovea.images.signUrl('pages/text.png')
    const refused = await page.evaluate(
      (address) =>
        client
          .uploadTo(address, new Blob(['no picture']), { onProgress: () => {} })
          .catch((error) => ({ name: error.name, status: error.status, message: error.message })),
      address,
    )
    expect(refused).toMatchObject({ name: 'FoveaError', status: 415 })
    expect(refused).not.toMatchObject({ message: 'HTTP 415' })
  })

  it.each([true, false])('waits as long as it is told and sends again (watched: %s)', async (isWatched) => {
    const busy = await startBusy()
    try {
      const done = await page.evaluate(
        ({ uploadUrl, isWatched }) => {
          const options = isWatched ? { onProgress: () => {} } : {}
          return client.uploadTo({ uploadUrl, key: 'a.png' }, new Blob(['again']), options)
        },
        { uploadUrl: busy.url, isWatched },
      )
      expect(done).toEqual({ key: 'a.png', id: '0123456789abcdef', isNew: true })
      const [first = 0, second = 0] = busy.askedAt
      expect(busy.askedAt).toHaveLength(2)
      expect(second - first).toBeGreaterThan(990)
    } finally {
      busy.server.close()
    }
  })
})

describe.skipIf(!mayRunChromium)('a picture that is seen first', () => {
  it.each([
    [360, 300],
    [1200, 800],
  ])('is fetched once, in the cut of a page %i px wide', async (wide, expected) => {
    const shown = await browser.newPage({ viewport: { width: wide, height: 600 } })
    try {
      const fetched: string[] = []
      const said: string[] = []
      shown.on('request', (request) => {
        if (request.resourceType() === 'image') fetched.push(request.url())
      })
      shown.on('console', (message) => said.push(message.text()))
      await shown.goto(`${site.url}/picture`)
      const seen = await shown.evaluate(() => ({
        width: document.querySelector('img')?.naturalWidth,
        askedBy: performance
          .getEntriesByType('resource')
          .filter(({ name }) => name.includes('/i/'))
          .map((entry) => (entry as PerformanceResourceTiming).initiatorType),
      }))
      expect(seen).toEqual({ width: expected, askedBy: ['link'] })
      expect(fetched.map((url) => new URL(url).searchParams.get('w'))).toEqual([String(expected)])
      expect(said).toEqual([])
    } finally {
      await shown.close()
    }
  })
})

/** A page that needs one picture at once, cut otherwise where it is narrow. */
function pictureOf({ project, sampleUrl }: RunningServer['firstRun']): string {
  const src = new URL(sampleUrl).pathname.slice(`/i/${project}/`.length)
  const sources = [{ media: '(max-width: 40em)', width: 300, height: 300, fit: 'cover' as const }]
  const image = createElement(Image, { src, alt: '', width: 800, priority: true, sources })
  const body = renderToStaticMarkup(createElement(FoveaProvider, { url: server.url, project }, image))
  return `<!doctype html><html lang="en"><body>${body}</body></html>`
}

interface Site {
  readonly server: Server
  readonly url: string
}

function startSite(script: string, picture: string): Promise<Site> {
  const files = new Map([
    ['/', '<!doctype html><link rel="icon" href="data:,"><script src="/client.js"></script>'],
    ['/picture', picture],
    ['/client.js', script],
  ])
  return listening((request, response) => {
    const path = request.url ?? ''
    response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/html')
    response.end(files.get(path) ?? '')
  })
}

/** Asks the first sender of a file to come back in a second, and takes the next. */
async function startBusy(): Promise<Site & { readonly askedAt: readonly number[] }> {
  const askedAt: number[] = []
  const started = await listening((request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-methods', 'PUT')
    response.setHeader('access-control-expose-headers', 'Retry-After')
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end()
      return
    }
    askedAt.push(performance.now())
    if (askedAt.length === 1) response.writeHead(503, { 'retry-after': '1' }).end()
    else response.writeHead(201).end(JSON.stringify({ id: '0123456789abcdef', path: 'a.png' }))
  })
  return { ...started, askedAt }
}

async function listening(listener: RequestListener): Promise<Site> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
