/** Uppy in a real browser, on a site other than the server's, over a line that breaks. */
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, mayRunChromium } from '../scripts/testing/chromium.ts'
import { breakingLine } from './breaking-line.ts'
import { browserScript } from './browser-script.ts'
import { generatePng, type RunningServer, startServer } from './support.ts'
import type * as uppyPage from './uppy-page.ts'

/** Chromium may have to be fetched first. */
const installMs = 600_000
const idOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

describe.skipIf(!mayRunChromium)('Uppy', () => {
  let server: RunningServer
  let site: Server
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    server = await startServer({ env: { FOVEA_WORKERS: '1' } })
    const script = await browserScript(fileURLToPath(new URL('./uppy-page.ts', import.meta.url)))
    site = createServer((request, response) => {
      const isScript = request.url === '/client.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      response.end(
        isScript
          ? script
          : '<!doctype html><link rel="icon" href="data:,"><script src="/client.js"></script>',
      )
    })
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    browser = await launchChromium()
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
  }, installMs)
  afterAll(async () => {
    await browser?.close()
    site?.close()
    await server?.stop()
  })

  /** As the page's own server would: the address is all that the page gets. */
  async function announce(length: number, path: string, port: number): Promise<string> {
    const created = await server.api('/api/v1/uploads/tus', {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': String(length),
        'upload-metadata': `target_path ${Buffer.from(path).toString('base64')}`,
      },
    })
    return `http://127.0.0.1:${port}${new URL(created.headers.get('location') ?? '').pathname}`
  }

  it('uploads files to addresses that its server announced, whatever breaks on the way', async () => {
    const pictures = await Promise.all([
      generatePng({ width: 600, height: 400, seed: 3, noise: 100 }),
      generatePng({ width: 300, height: 200, seed: 8, noise: 100 }),
    ])
    const line = await breakingLine(server.port, [120_000, 1_000, 250_000, 90_000])
    try {
      const { port } = line.address() as AddressInfo
      const files = await Promise.all(
        pictures.map(async (bytes, index) => ({
          bytes: [...bytes],
          name: `${index}.png`,
          uploadUrl: await announce(bytes.length, `uppy/${index}.png`, port),
        })),
      )
      const failed = await page.evaluate(async (files) => {
        const { Uppy, Tus } = (globalThis as unknown as { client: typeof uppyPage }).client
        const uppy = new Uppy()
        // One after the other, so that the line knows whom it cuts.
        uppy.use(Tus, { endpoint: 'unused', retryDelays: Array(8).fill(50), chunkSize: 200_000, limit: 1 })
        for (const { bytes, name, uploadUrl } of files) {
          const id = uppy.addFile({ name, type: 'image/png', data: new Blob([new Uint8Array(bytes)]) })
          uppy.setFileState(id, { tus: { uploadUrl } })
        }
        const result = await uppy.upload()
        return result?.failed?.map(({ error }) => error)
      }, files)
      expect(failed).toEqual([])
      expect(line.cuts).toBe(4)
    } finally {
      line.close()
    }
    for (const [index, picture] of pictures.entries()) {
      const original = await fetch(`${server.url}/i/demo/uppy/${index}.png`)
      expect(idOf(Buffer.from(await original.arrayBuffer()))).toBe(idOf(picture))
    }
  })
})
