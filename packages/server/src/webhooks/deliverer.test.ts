/** Messages on their way to a receiver that listens on a real socket, on both databases; only the clock is ours. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook as Verifier } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase, testKinds } from '../db/databases.test-harness.ts'
import { lazyEgress } from '../egress/index.ts'
import { Outbox, type ProjectEvent } from '../events/index.ts'
import { establishDemo } from '../first-run/establish.test-harness.ts'
import { JobQueue } from '../jobs/index.ts'
import { MasterKey } from '../keys/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { Deliverer, type DisabledWebhook } from './deliverer.ts'
import { DeliveryLog } from './delivery-log.ts'
import { WebhookService } from './webhook-service.ts'

interface Told {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const seconds = 1_000
const hours = 3_600 * seconds
const days = 24 * hours
const purged: ProjectEvent = { type: 'purge.completed', data: { scope: 'project', origin: null, paths: [] } }
const deleted: ProjectEvent = {
  type: 'image.deleted',
  data: { id: '0123456789abcdef', paths: ['a.png'], image_deleted: true, permanent: false },
}

let receiver: Server
let url: string
let told: Told[]
/** Of the next answers; 200 behind them. */
let statuses: number[]
/** What an answer says. */
let words: string

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    told.push({ headers: request.headers, body })
    response.writeHead(statuses.shift() ?? 200).end(words)
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
})
afterAll(() => {
  receiver.closeAllConnections()
  receiver.close()
})

describe.each(testKinds)('messages on $kind', ({ kind, skip }) => {
  describe.skipIf(skip !== undefined)(skip ?? 'are', () => {
    let test: TestDatabase
    let passed: number
    let queue: JobQueue
    let outbox: Outbox
    let service: WebhookService
    let log: DeliveryLog
    let deliverer: Deliverer
    let disabled: DisabledWebhook[]
    let projectId: ProjectId
    const masterKey = new MasterKey('a test master key of more than 32 characters')
    const egress = lazyEgress('127.0.0.1')
    const now = () => Date.now() + passed

    beforeEach(async () => {
      ;[told, statuses, words, passed, disabled] = [[], [], '', 0, []]
      const { database } = test
      for (const table of ['jobs', 'webhooks'] as const) await database.queries.deleteFrom(table).execute()
      queue = new JobQueue({ database, masterKey, now })
      outbox = new Outbox(queue)
      service = new WebhookService({ database, masterKey, egress, events: outbox })
      log = new DeliveryLog({ database, jobs: queue })
      const onDisabled = async (webhook: DisabledWebhook) => void disabled.push(webhook)
      deliverer = new Deliverer({ database, masterKey, egress, onDisabled, now })
    })
    beforeAll(async () => {
      test = await openTestDatabase(kind)
      projectId = (await establishDemo(test.database, masterKey)).projectId
    })
    afterAll(async () => {
      await egress.close()
      await test.close()
    })

    const create = async (events: ProjectEvent['type'][] = ['purge.completed']) => {
      const { webhook, secret } = await service.create(projectId, { url, description: '', events })
      return { id: webhook.id, secret, of: { projectId, webhookId: webhook.id } }
    }
    const happen = (event: ProjectEvent, id?: string) =>
      test.database.transaction((queries) =>
        outbox.record(queries, projectId, event, ...(id === undefined ? [] : [{ id }])),
      )
    const list = (of: { projectId: ProjectId; webhookId: string }) =>
      log.list(of, { state: undefined, event: undefined, limit: 50, before: undefined })
    /** Does all that is due; returns how many jobs that were. */
    const work = async (): Promise<number> => {
      for (let count = 0; ; count++) {
        const job = await queue.claim(['webhook'])
        if (job === undefined) return count
        await queue.settle(job, await deliverer.handle(job, new AbortController().signal))
      }
    }

    it('signed so that the standard’s own library takes them, and noted in the log', async () => {
      const { of, secret } = await create()
      await happen(purged)
      await work()
      const [{ headers, body }] = told as [Told]
      const message = new Verifier(secret).verify(body, headers as Record<string, string>)
      expect(message).toEqual({ ...purged, timestamp: expect.any(String), project: projectId })
      expect(Date.parse((message as { timestamp: string }).timestamp)).toBeCloseTo(Date.now(), -5)
      expect(() => new Verifier(secret).verify(`${body} `, headers as Record<string, string>)).toThrow()
      const [delivery] = await list(of)
      expect(delivery).toMatchObject({
        messageId: headers['webhook-id'],
        event: 'purge.completed',
        state: 'delivered',
        attempts: 1,
        status: 200,
        error: null,
        nextAt: null,
      })
    })

    it('sent to those alone who want them, and when their change was made', async () => {
      const wants = await create(['image.deleted', 'purge.completed'])
      const other = await create(['image.deleted'])
      await happen(purged)
      const undone = test.database.transaction(async (queries) => {
        await outbox.record(queries, projectId, deleted)
        throw new Error('undone')
      })
      await expect(undone).rejects.toThrow('undone')
      await work()
      expect(told).toHaveLength(1)
      expect(await list(other.of)).toEqual([])
      expect(await list(wants.of)).toHaveLength(1)
    })

    it('signed with both secrets for a day after a change', async () => {
      const { id, secret } = await create()
      const next = await service.rotateSecret(projectId, id)
      await happen(purged)
      await work()
      for (const each of [secret, next])
        new Verifier(each).verify(told[0]?.body ?? '', told[0]?.headers as Record<string, string>)
      passed = 1.01 * days
      await happen(purged)
      await work()
      expect(told[1]?.headers['webhook-signature']).not.toContain(' ')
      new Verifier(next).verify(told[1]?.body ?? '', told[1]?.headers as Record<string, string>)
    })

    it('sent again under the same id when they are refused, and the answer is kept in part', async () => {
      const { of } = await create()
      statuses = [500]
      words = 'ä'.repeat(2_000)
      await happen(purged)
      await work()
      const [waiting] = await list(of)
      expect(waiting).toMatchObject({ state: 'pending', attempts: 1, status: 500 })
      expect(waiting?.error).toBe('the webhook answered 500')
      expect((waiting?.nextAt ?? 0) - now()).toBeGreaterThan(3 * seconds)
      expect((waiting?.nextAt ?? 0) - now()).toBeLessThan(6.5 * seconds)
      expect((await log.get(of, waiting?.id ?? '')).answer).toBe('ä'.repeat(512))
      expect(await work()).toBe(0)
      passed = 7 * seconds
      await work()
      expect(told[1]?.headers['webhook-id']).toBe(told[0]?.headers['webhook-id'])
      expect((await list(of))[0]).toMatchObject({ state: 'delivered', attempts: 2 })
    })

    it('held back while a webhook keeps failing, and all sent when it works again', async () => {
      const { of } = await create()
      statuses = [500, 500, 500]
      for (let at = 0; at < 12; at++) await happen(purged)
      await work()
      expect(told).toHaveLength(3)
      passed = 60 * seconds
      await work()
      expect(told).toHaveLength(15)
      expect((await list(of)).map(({ state }) => state)).toEqual(Array(12).fill('delivered'))
    })

    it('given up after three days', async () => {
      const { of } = await create()
      statuses = Array(100).fill(503)
      await happen(purged)
      for (let [delivery] = await list(of); delivery?.state === 'pending'; [delivery] = await list(of)) {
        passed = Math.max(passed, (delivery.nextAt ?? 0) - Date.now())
        await work()
        if (passed > 4 * days) break
      }
      const [delivery] = await list(of)
      expect(delivery).toMatchObject({ state: 'failed', status: 503, nextAt: null })
      expect(passed).toBeGreaterThan(2.4 * days)
      expect(passed).toBeLessThanOrEqual(3 * days)
      expect(delivery?.attempts).toBeGreaterThan(12)
      expect(disabled).toEqual([])
    })

    it('no longer sent to a webhook that has failed for five days; when it works again they can be had', async () => {
      const { id, of } = await create()
      statuses = [500, 500]
      const began = Date.now()
      await happen(purged)
      await work()
      passed = 5.01 * days
      await work()
      expect(disabled).toEqual([expect.objectContaining({ id, projectId, url })])
      expect(disabled[0]?.reason).toContain('5 days')
      expect(await service.get(projectId, id)).toMatchObject({ isEnabled: false })
      await happen(purged)
      expect(await list(of)).toHaveLength(1)
      await expect(log.replayFailed(of, began)).rejects.toMatchObject({ code: 'webhook/disabled' })
      await service.update(projectId, id, { isEnabled: true })
      expect(await log.replayFailed(of, began)).toBe(1)
      await work()
      expect(told.at(-1)?.headers['webhook-id']).toBe(told[0]?.headers['webhook-id'])
      expect((await list(of))[0]).toMatchObject({ state: 'delivered', attempts: 1 })
      expect(await service.get(projectId, id)).toMatchObject({ isEnabled: true, failingSince: null })
    })

    it('no longer sent to one that answers 410, those that wait neither', async () => {
      const { id, of } = await create()
      statuses = [410]
      await happen(purged)
      await happen(purged)
      await work()
      expect(told).toHaveLength(1)
      expect(await service.get(projectId, id)).toMatchObject({ isEnabled: false })
      expect((await list(of)).map(({ state }) => state)).toEqual(['failed', 'failed'])
      expect(disabled).toHaveLength(1)
    })

    it('sent once more on demand, at once', async () => {
      const { of } = await create()
      statuses = [500, 500, 500]
      for (let at = 0; at < 3; at++) await happen(purged)
      await work()
      const [waiting] = await list(of)
      await log.replay(of, waiting?.id ?? '')
      expect(await work()).toBe(1)
      expect((await list(of))[0]).toMatchObject({ id: waiting?.id, state: 'delivered' })
      await log.replay(of, waiting?.id ?? '')
      await work()
      expect(told).toHaveLength(5)
    })

    it('not sent again when only the end of their job was lost', async () => {
      await create()
      await happen(purged)
      const job = await queue.claim(['webhook'])
      if (job === undefined) throw new Error('nothing is due')
      await deliverer.handle(job, new AbortController().signal)
      passed = 2 * 60 * seconds
      await work()
      expect(told).toHaveLength(1)
    })

    it('told once, however often an event of one id is recorded', async () => {
      await create()
      await happen(purged, 'message_1')
      await happen(purged, 'message_1')
      await work()
      expect(told.map(({ headers }) => headers['webhook-id'])).toEqual(['message_1'])
    })

    it('noted as failed when the queue gives them up, and dropped with their webhook', async () => {
      const { id, of } = await create()
      await happen(purged)
      const job = await queue.claim(['webhook'])
      if (job === undefined) throw new Error('nothing is due')
      await deliverer.ended(job.id)
      expect((await list(of))[0]).toMatchObject({ state: 'failed', nextAt: null })
      await happen(purged)
      await service.delete(projectId, id)
      await work()
      expect(told).toEqual([])
    })

    it('never sent to an address of one’s own network', async () => {
      const guarded = lazyEgress('')
      const { of } = await create()
      await happen(purged)
      const { database } = test
      deliverer = new Deliverer({ database, masterKey, egress: guarded, onDisabled: async () => {}, now })
      await work()
      await guarded.close()
      expect(told).toEqual([])
      expect((await list(of))[0]).toMatchObject({ state: 'pending', status: null })
      const refused = { description: '', events: ['job.failed'] } as const
      for (const address of ['https://10.0.0.1/hook', 'http://example.com/hook', 'nonsense'])
        await expect(service.create(projectId, { ...refused, url: address })).rejects.toMatchObject({
          status: expect.toBeOneOf([400, 403]),
        })
    })
  })
})
