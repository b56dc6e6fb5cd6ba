import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

describe('docs/reference/metrics.md', () => {
  it('lists the metrics of the server, all and only', async () => {
    const text = readFileSync(new URL('../docs/reference/metrics.md', import.meta.url), 'utf8')
    const documented = new Set(text.match(/fovea_[a-z_]+/g))
    const exposed = [
      ...(await (await fetch(`${server.url}/metrics`)).text()).matchAll(/^# TYPE (fovea_\w+)/gm),
    ]
    expect(new Set(exposed.map(([, name]) => name))).toEqual(documented)
  })
})

describe('the commands of the README', () => {
  it('read the key out of first-run.json with sed', () => {
    const [line] =
      readFileSync(`${server.dataDir}/first-run.json`, 'utf8').match(/.*"apiKey": "(.*)".*/) ?? []
    expect(line).toContain(server.firstRun.apiKey)
  })

  it('sign a URL as docs/guide/delivery.md says', async () => {
    const { createHmac } = await import('node:crypto')
    const sign = (text: string) =>
      createHmac('sha256', server.firstRun.signingSecret).update(text).digest('hex')
    const good = 'landscape.webp?w=80&exp=1893456000'
    expect((await fetch(`${server.url}/i/demo/${good}&sig=${sign(good)}`)).status).toBe(200)
    expect((await fetch(`${server.url}/i/demo/${good}&sig=${sign(`${good}0`)}`)).status).toBe(403)
    const payload = Buffer.from(JSON.stringify({ key: 'landscape.jpg', metadata: true })).toString(
      'base64url',
    )
    const facts = await fetch(`${server.url}/t/demo/${payload}?sig=${sign(payload)}`)
    expect([facts.status, ((await facts.json()) as { width: number }).width]).toEqual([200, 2400])
  })
})
