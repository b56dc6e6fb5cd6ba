/** Webhooks over the API, and what each change of a project has to say to them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { events } from '../events/kinds/index.ts'
import { selfHostedPlans } from '../projects/index.ts'
import { type Harness, picture, startApi } from './api/api.test-harness.ts'

const url = 'https://shop.test/hook'
const everything = events.map(({ type }) => type)

describe.each(testKinds.filter(({ skip }) => skip === undefined))('webhooks on $kind', ({ kind }) => {
  let harness: Harness
  let id: string

  const post = async (path: string, payload?: object) =>
    (
      await harness.request({ method: 'POST', url: path, ...(payload === undefined ? {} : { payload }) })
    ).json()
  const get = async (path: string) => (await harness.request({ url: path })).json()
  const create = (more: object = {}) => post('/api/v1/webhooks', { url, events: everything, ...more })

  beforeAll(async () => {
    const [[, plan] = []] = selfHostedPlans
    if (plan === undefined) throw new Error('no plan')
    const bounded = { ...plan, maxUploadsPerMonth: 5 }
    harness = await startApi({ kind, plans: new Map([[plan.id, bounded]]) })
    id = (await create()).id
  })
  afterAll(() => harness.close())

  /** Types and data of what was put into the queue since the last look, oldest first. */
  let seen = ''
  const told = async () => {
    const page = await get(`/api/v1/webhooks/${id}/deliveries?limit=200`)
    const fresh = page.deliveries.filter((delivery: { id: string }) => delivery.id > seen)
    seen = fresh[0]?.id ?? seen
    const messages = []
    for (const { id: delivery } of fresh.reverse()) {
      const { body } = await get(`/api/v1/webhooks/${id}/deliveries/${delivery}`)
      const { type, data, project, timestamp } = JSON.parse(body)
      expect(project).toBe(harness.project.id)
      expect(Date.parse(timestamp)).toBeGreaterThan(Date.now() - 60_000)
      expect(events.find((event) => event.type === type)?.data.parse(data)).toEqual(data)
      messages.push([type, data])
    }
    return messages
  }

  it('are told of images that come, change and go', async () => {
    const image = (await harness.upload(await picture(1), 'a.png', { target_path: 'x/a.png' })).json()
    expect(await told()).toEqual([
      [
        'image.uploaded',
        {
          id: image.id,
          path: 'x/a.png',
          size: image.size,
          format: 'png',
          width: 40,
          height: 30,
          visibility: 'public',
        },
      ],
    ])
    await harness.upload(await picture(1), 'a.png', { target_path: 'x/a.png' })
    expect(await told()).toEqual([])
    const next = (await harness.upload(await picture(2), 'a.png', { target_path: 'x/a.png' })).json()
    expect(await told()).toEqual([['image.updated', { id: next.id, paths: ['x/a.png'], changed: ['bytes'] }]])
    const change = (payload: object) =>
      harness.request({ method: 'PATCH', url: `/api/v1/images/${next.id}`, payload })
    await change({ alt_text: 'A mug', tags: ['new'], visibility: 'private' })
    await change({ alt_text: 'A mug' })
    expect(await told()).toEqual([
      ['image.updated', { id: next.id, paths: ['x/a.png'], changed: ['visibility', 'alt_text', 'tags'] }],
    ])
    await post('/api/v1/versions/restore', { path: 'x/a.png', version: 1 })
    expect(await told()).toEqual([
      ['image.updated', { id: image.id, paths: ['x/a.png'], changed: ['bytes'] }],
    ])
    await harness.request({ method: 'DELETE', url: `/api/v1/images/${image.id}` })
    const gone = { id: image.id, paths: ['x/a.png'], image_deleted: true }
    expect(await told()).toEqual([['image.deleted', { ...gone, permanent: false }]])
    const [item] = (await get('/api/v1/trash')).items
    await post(`/api/v1/trash/${item.id}/restore`)
    expect(await told()).toEqual([
      ['image.uploaded', expect.objectContaining({ id: image.id, path: 'x/a.png', visibility: 'private' })],
    ])
    await harness.request({ method: 'DELETE', url: '/api/v1/images/path/demo/x%2Fa.png?permanent=true' })
    expect(await told()).toEqual([['image.deleted', { ...gone, permanent: true }]])
  })

  it('are told of purges', async () => {
    await post('/api/v1/project/purge')
    await post('/api/v1/origins', { name: 'shop', kind: 'web', settings: { baseUrl: 'https://shop.test' } })
    await post('/api/v1/origins/shop/purge', { paths: ['a.jpg', 'b.jpg'] })
    const about = { origin: null, paths: [] }
    expect(await told()).toEqual([
      ['purge.completed', { ...about, scope: 'project' }],
      ['purge.completed', { scope: 'origin', origin: 'shop', paths: ['a.jpg', 'b.jpg'] }],
    ])
    await harness.assets.purge(harness.project, { path: 'x/', isPrefix: true })
    await harness.assets.purge(harness.project, { path: 'x/a.png', isPrefix: false })
    expect(await told()).toEqual([
      ['purge.completed', { ...about, scope: 'prefix', paths: ['x/'] }],
      ['purge.completed', { ...about, scope: 'path', paths: ['x/a.png'] }],
    ])
  })

  it('are told once of each bound of the plan, and of nothing that was refused', async () => {
    const types = []
    // Three of five are used up by now.
    for (let seed = 10; seed < 14; seed++) {
      await harness.upload(await picture(seed), 'a.png', { target_path: `quota/${seed}.png` })
      types.push((await told()).map(([type, { resource, used }]) => [type, resource, used].filter(Boolean)))
    }
    expect(types).toEqual([
      [['image.uploaded'], ['quota.warning', 'uploads', 4]],
      [['image.uploaded'], ['quota.reached', 'uploads', 5]],
      [['image.uploaded']],
      [],
    ])
  })

  it('are made with a secret that is shown once, and listed without', async () => {
    const made = await create({
      events: ['purge.completed', 'image.uploaded', 'image.uploaded'],
      description: 'Shop',
    })
    expect(made).toMatchObject({
      id: expect.stringMatching(/^webhook_/),
      url,
      description: 'Shop',
      events: ['image.uploaded', 'purge.completed'],
      enabled: true,
      disabled_reason: null,
      failing_since: null,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    })
    const { secret, ...shown } = made
    expect(await get(`/api/v1/webhooks/${made.id}`)).toEqual(shown)
    const list = await get('/api/v1/webhooks')
    expect(list).toMatchObject({ total: 2, webhooks: [{ id }, { id: made.id }] })
    const rows = await harness.database.queries.selectFrom('webhooks').selectAll().execute()
    expect(JSON.stringify([list, rows])).not.toContain(secret.slice(6))
    const next = await post(`/api/v1/webhooks/${made.id}/secret`)
    expect(next.secret).toMatch(/^whsec_/)
    expect(next.secret).not.toBe(secret)
    await harness.request({ method: 'DELETE', url: `/api/v1/webhooks/${made.id}` })
    expect((await get('/api/v1/webhooks')).total).toBe(1)
  })

  it('are changed, switched off, and then sent nothing', async () => {
    const { id: other } = await create()
    const patch = async (payload: object) =>
      (await harness.request({ method: 'PATCH', url: `/api/v1/webhooks/${other}`, payload })).json()
    const changed = await patch({ url: 'https://other.test/hook', events: ['job.failed'], enabled: false })
    expect(changed).toMatchObject({ url: 'https://other.test/hook', events: ['job.failed'], enabled: false })
    const test = await harness.request({ method: 'POST', url: `/api/v1/webhooks/${other}/test` })
    expect([test.statusCode, test.json().code]).toEqual([409, 'webhook/disabled'])
    expect(await patch({ enabled: true })).toMatchObject({ enabled: true, events: ['job.failed'] })
    await harness.request({ method: 'DELETE', url: `/api/v1/webhooks/${other}` })
  })

  it('are tried out with the example of any event', async () => {
    for (const { type, example } of events) {
      const { delivery } = await post(`/api/v1/webhooks/${id}/test`, { event: type })
      const sent = await get(`/api/v1/webhooks/${id}/deliveries/${delivery}`)
      expect(sent).toMatchObject({ event: type, state: 'pending', attempts: 0, answer: null })
      expect(JSON.parse(sent.body)).toMatchObject({ type, test: true, data: example })
    }
  })

  it('have a log in pages, by state and event', async () => {
    const page = async (query: string) => get(`/api/v1/webhooks/${id}/deliveries?${query}`)
    const all = (await page('limit=200')).deliveries.map((each: { id: string }) => each.id)
    const walked: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const found: { deliveries: { id: string }[]; next_cursor: string | null } = await page(
        `limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`,
      )
      walked.push(...found.deliveries.map((each) => each.id))
      cursor = found.next_cursor
    }
    expect(walked).toEqual(all)
    expect(walked.length).toBeGreaterThan(10)
    const purges = (await page('event=purge.completed')).deliveries
    expect(new Set(purges.map((each: { event: string }) => each.event))).toEqual(new Set(['purge.completed']))
    expect((await page('state=failed')).deliveries).toEqual([])
  })

  it.each([
    ['POST', '', { url: 'http://10.0.0.1/', events: ['job.failed'] }, 'origin/forbidden'],
    ['POST', '', { url: 'https://127.0.0.2/', events: ['job.failed'] }, 'origin/forbidden'],
    ['POST', '', { url, events: [] }, 'request/invalid-parameter'],
    ['POST', '', { url, events: ['image.seen'] }, 'request/invalid-parameter'],
    ['POST', '', { url, events: ['job.failed'], secret: 'mine' }, 'request/unknown-parameter'],
    ['PATCH', '/:id', { url: 'https://192.168.1.1/' }, 'origin/forbidden'],
    ['POST', '/:id/replay', { since: 'yesterday' }, 'request/invalid-parameter'],
    ['GET', '/webhook_never', undefined, 'webhook/not-found'],
    ['GET', '/:id/deliveries/delivery_never', undefined, 'webhook/not-found'],
  ] as const)('refuse %s %s with %o', async (method, path, payload, code) => {
    const address = `/api/v1/webhooks${path.replace(':id', id)}`
    const refused = await harness.request({
      method,
      url: address,
      ...(payload === undefined ? {} : { payload }),
    })
    expect(refused.json().code).toBe(code)
  })

  it('are at most twenty', async () => {
    const { total } = await get('/api/v1/webhooks')
    for (let at = total; at < 20; at++) expect((await create()).secret).toBeDefined()
    expect(await create()).toMatchObject({ code: 'webhook/too-many', status: 409 })
  })
})
