/** Iteration Layer's asynchronous requests: accepted means done, whatever happens to the server in between. */
import { createHmac } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { generatePng, type RunningServer, startServer, temporaryDataDir } from './support.ts'

interface Told {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let picture: Buffer
let receiver: Server
let url: string
let told: Told[]
/** Statuses of the next answers; 200 behind them, no answer at all for 0. */
let statuses: number[]
let server: RunningServer

beforeEach(() => {
  told = []
  statuses = []
})

beforeAll(async () => {
  picture = await generatePng({ width: 60, height: 40 })
  receiver = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'image/png' }).end(picture)
      return
    }
    let body = ''
    for await (const chunk of request) body += chunk
    const status = statuses.shift() ?? 200
    if (status === 0) return
    told.push({ headers: request.headers, body })
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  server = await start()
})
afterAll(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await server?.stop()
})

const start = (dataDir?: string) =>
  startServer({
    env: { FOVEA_EGRESS_ALLOW: new URL(url).host },
    ...(dataDir === undefined ? {} : { dataDir }),
  })

function post(running: RunningServer, more: object = {}): Promise<Response> {
  return running.api('/image-transformation/v1/transform', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      file: { type: 'base64', name: 'a.png', base64: picture.toString('base64') },
      operations: [{ type: 'resize', width_in_px: 30, height_in_px: 20, fit: 'fill' }],
      webhook_url: `${url}/hook`,
      ...more,
    }),
  })
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!isTrue()) {
    if (Date.now() > deadline)
      throw new Error(`${what} did not happen; the server printed:\n${server.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** What any Standard Webhooks library does. */
function verify({ headers, body }: Told, secret: string): void {
  const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']]
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  expect(String(headers['webhook-signature']).split(' ')).toContain(`v1,${signature}`)
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60)
}

const eventsOf = (running: RunningServer, event: string) =>
  running.logs.filter((line) => line.event === event)

it('are answered 201 at once and told to the webhook, signed, base64 and addresses alike', async () => {
  for (const file of [undefined, { url: `${url}/a.png` }]) {
    const response = await post(server, file === undefined ? {} : { file })
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ success: true, async: true, message: expect.any(String) })
  }
  await until(() => told.length === 2, 'the telling')
  for (const one of told) {
    verify(one, server.firstRun.signingSecret)
    const body = JSON.parse(one.body)
    expect(body).toMatchObject({
      success: true,
      api: 'image_transformation',
      data: { mime_type: 'image/png' },
    })
    const { width, height } = await sharp(Buffer.from(body.data.buffer, 'base64')).metadata()
    expect([width, height]).toEqual([30, 20])
  }
  expect(new Set(told.map(({ headers }) => headers['webhook-id'])).size).toBe(2)
  await until(() => filesLeft() === 0, 'the tidying')
})

it('tell what fails for good as an error', async () => {
  const crop = { type: 'crop', left_in_px: 50, top_in_px: 0, width_in_px: 90, height_in_px: 9 }
  for (const more of [
    { operations: [{ type: 'flip' }, crop] },
    { file: { type: 'base64', base64: Buffer.from('no picture').toString('base64') } },
    // No model is on this server.
    { operations: [{ type: 'remove_background' }] },
  ])
    expect((await post(server, more)).status).toBe(201)
  await until(() => told.length === 3, 'the telling')
  const bodies = told
    .map(({ body }) => JSON.parse(body))
    .sort((a, b) => (a.error.message < b.error.message ? -1 : 1))
  const missing = expect.stringMatching(/^Operation 0 \(remove_background\): .*fovea models prepare/)
  expect(bodies[0]).toMatchObject({ success: false, error: { message: missing } })
  expect(bodies[1]).toEqual({
    success: false,
    api: 'image_transformation',
    error: { message: expect.stringMatching(/^Operation 1 \(crop\): /) },
  })
  expect(bodies[2]).toMatchObject({ success: false, error: { message: expect.any(String) } })
})

it('are refused at once when they could never be done or told', async () => {
  for (const [more, status] of [
    [{ webhook_url: 'http://example.com/hook' }, 400],
    [{ webhook_url: 'https://10.0.0.1/hook' }, 400],
    [{ webhook_url: 'nonsense' }, 400],
    [{ operations: [{ type: 'nonsense' }] }, 400],
  ] as const) {
    const response = await post(server, more)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ success: false, error: expect.any(String) })
  }
  expect(filesLeft()).toBe(0)
})

it('say in a header of the webhook what a model would have done better', async () => {
  expect((await post(server, { operations: [{ type: 'upscale', factor: 2 }] })).status).toBe(201)
  await until(() => told.length === 1, 'the telling')
  expect(told[0]?.headers['x-fovea-degraded']).toBe('upscale')
  expect((await post(server)).status).toBe(201)
  await until(() => told.length === 2, 'the telling')
  expect(told[1]?.headers).not.toHaveProperty('x-fovea-degraded')
})

it('are told again with the same id when the webhook does not take them, and follow no redirect', async () => {
  statuses = [500, 302]
  expect((await post(server)).status).toBe(201)
  await until(() => told.length >= 1, 'the first attempt')
  await until(() => eventsOf(server, 'job.later').length === 1, 'the pause')
  // The second attempt comes five seconds later.
  await until(() => told.length === 2, 'the second attempt')
  expect(told[0]?.headers['webhook-id']).toBe(told[1]?.headers['webhook-id'])
  await until(() => eventsOf(server, 'job.later').length === 2, 'the second pause')
  expect(told).toHaveLength(2)
  verify(told[1] as Told, server.firstRun.signingSecret)
})

it('survive a kill right behind the 201, and in the middle of telling', async () => {
  const dataDir = temporaryDataDir()
  const first = await start(dataDir)
  expect((await post(first)).status).toBe(201)
  await first.kill()
  const second = await start(dataDir)
  await until(() => told.length === 1, 'the telling behind the first kill')
  statuses = [0]
  expect((await post(second)).status).toBe(201)
  await until(() => statuses.length === 0, 'the beginning of the second telling')
  await second.kill()
  const third = await start(dataDir)
  await until(() => told.length === 2, 'the telling behind the second kill')
  for (const one of told) verify(one, first.firstRun.signingSecret)
  await third.stop()
})

/** Files of jobs in the storage of the running server. */
function filesLeft(): number {
  try {
    const names = readdirSync(join(server.dataDir, 'blobs', 'jobs'), {
      recursive: true,
      withFileTypes: true,
    })
    return names.filter((entry) => entry.isFile()).length
  } catch {
    return 0
  }
}
