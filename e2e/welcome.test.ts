import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

describe('the welcome page', () => {
  it('is a page that browsers may neither frame nor extend', async () => {
    const response = await fetch(`${server.url}/`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('shows pictures that this server makes', async () => {
    const page = await (await fetch(`${server.url}/`)).text()
    const addresses = new Set(
      [...page.matchAll(/<img src="([^"]+)"/g)].map(([, address]) =>
        (address ?? '').replaceAll('&amp;', '&'),
      ),
    )
    expect(addresses.size).toBeGreaterThanOrEqual(8)
    for (const address of addresses) {
      const response = await fetch(new URL(address, `${server.url}/`))
      expect(response.status, address).toBe(200)
      expect(response.headers.get('content-type')).toMatch(/^image\/(avif|webp|jpeg)$/)
      await response.arrayBuffer()
    }
  })

  it('holds no secret', async () => {
    const page = await (await fetch(`${server.url}/`)).text()
    for (const secret of [server.firstRun.apiKey, server.firstRun.password, server.firstRun.signingSecret]) {
      expect(page).not.toContain(secret)
    }
  })

  it('links only to what is there', async () => {
    const page = await (await fetch(`${server.url}/`)).text()
    const links = new Set(
      [...page.matchAll(/href="([^"#][^"]*)"/g)].map(([, href]) => (href ?? '').replaceAll('&amp;', '&')),
    )
    for (const link of links) {
      const response = await fetch(new URL(link, `${server.url}/`), { method: 'HEAD' })
      expect(response.status, link).toBe(200)
    }
  })
})
