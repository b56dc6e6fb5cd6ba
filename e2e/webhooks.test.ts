/** Webhooks of a real server: what was answered is told, whatever happens to the server in between. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook as Verifier } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { generatePng, type RunningServer, startServer, temporaryDataDir } from './support.ts'

let receiver: Server
let url: string
let told: { readonly headers: IncomingHttpHeaders; readonly body: string }[]
/** Whether messages are taken. */
let isUp: boolean
let picture: Buffer

beforeAll(async () => {
  picture = await generatePng({ width: 60, height: 40 })
  receiver = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (isUp) told.push({ headers: request.headers, body })
    response.writeHead(isUp ? 204 : 503).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
})
beforeEach(() => {
  told = []
  isUp = true
})
afterAll(() => {
  receiver.closeAllConnections()
  receiver.close()
})

const start = (dataDir: string) => startServer({ dataDir, env: { FOVEA_EGRESS_ALLOW: new URL(url).host } })

async function until(isTrue: () => boolean, running: RunningServer): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`It did not happen; the server printed:\n${running.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const post = async (server: RunningServer, path: string, body: object = {}) => {
  const headers = { 'content-type': 'application/json' }
  return (await server.api(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}

it('an upload that was answered is told behind a kill, signed, and a job’s end too', async () => {
  const dataDir = temporaryDataDir()
  const first = await start(dataDir)
  const events = ['image.uploaded', 'job.completed']
  const { secret, id } = await post(first, '/api/v1/webhooks', { url: `${url}/hook`, events })
  isUp = false
  const { id: image } = await (await first.upload(picture, 'a.png')).json()
  await first.kill()
  isUp = true
  const second = await start(dataDir)
  await until(() => told.length > 0, second)
  const [{ headers, body } = { headers: {}, body: '' }] = told
  const message = new Verifier(secret).verify(body, headers as Record<string, string>)
  expect(message).toMatchObject({ type: 'image.uploaded', data: { id: image, width: 60, height: 40 } })

  told = []
  await post(second, '/image-transformation/v1/transform', {
    file: { type: 'base64', name: 'a.png', base64: picture.toString('base64') },
    operations: [{ type: 'flip' }],
    webhook_url: `${url}/own`,
  })
  await until(() => told.some((each) => each.body.includes('"type":"job.completed"')), second)
  const log = await (await second.api(`/api/v1/webhooks/${id}/deliveries`)).json()
  const states = log.deliveries.map((each: { event: string; state: string }) => [each.event, each.state])
  expect(states.at(-1)).toEqual(['image.uploaded', 'delivered'])
  expect(states[0]?.[0]).toBe('job.completed')
  await second.stop()
})
