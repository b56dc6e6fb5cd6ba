import { expect, it } from 'vitest'
import { type Answer, serveClient } from './client.test-server.ts'

async function client(...answers: readonly Answer[]) {
  const { fovea, heard } = await serveClient(answers)
  return { webhooks: fovea.webhooks, heard }
}

const wire = {
  id: 'webhook_1',
  url: 'https://shop.test/hook',
  description: '',
  events: ['job.failed'],
  enabled: false,
  disabled_reason: 'it has taken nothing for 5 days',
  failing_since: '2026-11-17T08:00:00.000Z',
  created_at: '2026-11-01T08:00:00.000Z',
  updated_at: '2026-11-22T08:00:00.000Z',
}
const webhook = {
  id: 'webhook_1',
  url: 'https://shop.test/hook',
  description: '',
  events: ['job.failed'],
  enabled: false,
  disabledReason: 'it has taken nothing for 5 days',
  failingSince: new Date('2026-11-17T08:00:00.000Z'),
  createdAt: new Date('2026-11-01T08:00:00.000Z'),
  updatedAt: new Date('2026-11-22T08:00:00.000Z'),
}

it('are made with a secret, listed, changed and deleted', async () => {
  const { webhooks, heard } = await client({ body: { ...wire, webhooks: [wire], secret: 'whsec_a' } })
  const wanted = { url: wire.url, events: ['job.failed'] } as const
  expect(await webhooks.create(wanted)).toMatchObject({ ...webhook, secret: 'whsec_a' })
  expect(await webhooks.list()).toEqual([webhook])
  expect(await webhooks.get('a/b')).toMatchObject(webhook)
  expect(await webhooks.update('webhook_1', { enabled: true })).toMatchObject(webhook)
  expect(await webhooks.rotateSecret('webhook_1')).toBe('whsec_a')
  await webhooks.delete('webhook_1')
  expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /api/v1/webhooks',
    'GET /api/v1/webhooks',
    'GET /api/v1/webhooks/a%2Fb',
    'PATCH /api/v1/webhooks/webhook_1',
    'POST /api/v1/webhooks/webhook_1/secret',
    'DELETE /api/v1/webhooks/webhook_1',
  ])
  expect(JSON.parse(String(heard[0]?.body))).toEqual(wanted)
  expect(JSON.parse(String(heard[3]?.body))).toEqual({ enabled: true })
})

it('have a log, and send again', async () => {
  const delivery = {
    id: 'delivery_1',
    message_id: 'message_1',
    event: 'job.failed',
    state: 'failed',
    attempts: 16,
    status: null,
    error: 'it did not answer in time',
    duration_ms: 10_000,
    attempted_at: '2026-11-22T08:00:00.000Z',
    next_attempt_at: null,
    created_at: '2026-11-19T08:00:00.000Z',
  }
  const page = { deliveries: [delivery], next_cursor: null, delivery: 'delivery_2', replayed: 3 }
  const { webhooks, heard } = await client({ body: page })
  expect(await webhooks.deliveries('webhook_1', { state: 'failed', limit: 5 })).toEqual({
    deliveries: [
      {
        id: 'delivery_1',
        messageId: 'message_1',
        event: 'job.failed',
        state: 'failed',
        attempts: 16,
        status: undefined,
        error: 'it did not answer in time',
        durationMs: 10_000,
        attemptedAt: new Date('2026-11-22T08:00:00.000Z'),
        nextAttemptAt: undefined,
        createdAt: new Date('2026-11-19T08:00:00.000Z'),
      },
    ],
    nextCursor: undefined,
  })
  expect(await webhooks.test('webhook_1', 'job.failed')).toBe('delivery_2')
  await webhooks.replay('webhook_1', 'delivery_1')
  expect(await webhooks.replayFailed('webhook_1', new Date(1_800_000_000_000))).toBe(3)
  expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/v1/webhooks/webhook_1/deliveries?state=failed&limit=5',
    'POST /api/v1/webhooks/webhook_1/test',
    'POST /api/v1/webhooks/webhook_1/deliveries/delivery_1/replay',
    'POST /api/v1/webhooks/webhook_1/replay',
  ])
  expect(JSON.parse(String(heard[3]?.body))).toEqual({ since: '2027-01-15T08:00:00.000Z' })
})
