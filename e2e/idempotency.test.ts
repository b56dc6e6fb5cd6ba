/** A request whose server is killed can be sent again under the same key, at once. */
import { request } from 'node:http'
import { expect, it } from 'vitest'
import { generatePng, startServer, temporaryDataDir } from './support.ts'

it('is carried out by the next server when the first was killed in the middle', async () => {
  const dataDir = temporaryDataDir()
  const env = { FOVEA_WORKERS: '1' }
  const first = await startServer({ dataDir, env })
  const form = new FormData()
  form.append(
    'file',
    new Blob([Uint8Array.from(await generatePng({ width: 300, height: 200, seed: 4 }))]),
    'a.png',
  )
  const encoded = new Response(form)
  const body = Buffer.from(await encoded.arrayBuffer())
  const headers = {
    authorization: `Bearer ${first.firstRun.apiKey}`,
    'content-type': encoded.headers.get('content-type') ?? '',
    'idempotency-key': 'kill-me',
    accept: '*/*',
  }
  const half = request(`${first.url}/api/v1/images`, {
    method: 'POST',
    headers: { ...headers, 'content-length': body.length },
  })
  half.on('error', () => {})
  half.write(body.subarray(0, body.length >> 1))
  // Should it come first it fails, and gives the key back.
  const early = () => fetch(`${first.url}/api/v1/images`, { method: 'POST', headers, body: 'no form' })
  await expect.poll(async () => (await early()).status).toBe(409)
  await first.kill()

  const second = await startServer({ dataDir, env })
  try {
    const send = () => fetch(`${second.url}/api/v1/images`, { method: 'POST', headers, body })
    const made = await send()
    expect([made.status, made.headers.get('idempotency-replayed')]).toEqual([201, null])
    const again = await send()
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true'])
    expect(await again.json()).toEqual(await made.json())
  } finally {
    await second.stop()
  }
})
