/** Webhooks of a real server: what was answered is told, whatever happens to the server in between. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verifyWebhook } from '@fovea/client/webhooks'
import { Webhook as Verifier } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { runFovea } from './fovea-command.ts'
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
  expect(await verifyWebhook(body, headers, secret)).toEqual(message)
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

it('are looked after from the command line', async () => {
  const dataDir = temporaryDataDir()
  const server = await start(dataDir)
  const fovea = async (...args: string[]) => {
    const env = { FOVEA_API_URL: server.url, FOVEA_API_KEY: server.firstRun.apiKey }
    const { code, stdout, stderr } = await runFovea(dataDir, ['webhooks', ...args], env)
    return code === 0 ? stdout.trim() : `${code} ${stderr}`
  }
  const [id = '', secret = ''] = (await fovea('create', `${url}/hook`, 'job.failed')).split('\n')
  expect(await fovea('list')).toBe(`${id}  enabled  ${url}/hook  job.failed`)
  const delivery = await fovea('test', id, 'job.failed')
  await until(() => told.length === 1, server)
  expect(await verifyWebhook(told[0]?.body ?? '', told[0]?.headers ?? {}, secret)).toMatchObject({
    type: 'job.failed',
    test: true,
  })
  expect(await fovea('replay', id, delivery)).toBe('1 on its way')
  await until(() => told.length === 2, server)
  expect(await fovea('log', id)).toMatch(
    new RegExp(`^${delivery}  \\S+Z  job.failed  (?:delivered|pending)  `),
  )
  expect(await fovea('replay', id, '--since', '2026-01-01')).toBe('0 on their way')
  expect(await fovea('replay', id)).toMatch(/^2 .*a delivery, or --since/)
  expect(await fovea('create', `${url}/hook`, 'image.seen')).toMatch(/^1 fovea: .*image\.uploaded/)
  await fovea('delete', id)
  expect(await fovea('list', '--json')).toBe('[]')
  await server.stop()
})
