import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testKinds } from '../db/databases.test-harness.ts'
import { type Harness, startApi } from './api/api.test-harness.ts'

describe.each(testKinds.filter(({ skip }) => skip === undefined))('on $kind', ({ kind }) => {
  let harness: Harness

  beforeAll(async () => {
    harness = await startApi({ kind })
  })

  afterAll(() => harness.close())

  const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
    const response = await harness.request({ method, url, ...(payload === undefined ? {} : { payload }) })
    return { status: response.statusCode, body: response.json() }
  }

  describe('/api/v1/project', () => {
    it('changes who may ask for what, and delivery knows at once', async () => {
      const changed = await send('PATCH', '/api/v1/project', {
        access: 'listed',
        listed_sizes: ['640', 'x480'],
      })
      expect(changed.body.project).toMatchObject({ access: 'listed', listed_sizes: ['640', 'x480'] })
      expect((await harness.projects.resolve('demo'))?.settings.access).toBe('listed')
      await send('PATCH', '/api/v1/project', { access: 'open' })
      expect((await send('GET', '/api/v1/project')).body.project.access).toBe('open')
    })

    it.each([
      [{ access: 'closed' }, '/access'],
      [{ listed_sizes: ['0x10'] }, '/listed_sizes/0'],
      [{ slug: 'Not A Slug' }, '/slug'],
      [{ allowed_referrers: ['https://x.test'] }, '/allowed_referrers/0'],
    ])('refuses %j', async (body, pointer) => {
      const refused = await send('PATCH', '/api/v1/project', body)
      expect([refused.status, refused.body.pointer]).toEqual([400, pointer])
    })

    it('changes nothing when the slug is taken', async () => {
      const before = (await send('GET', '/api/v1/project')).body.project
      const strip = !before.strip_originals
      const refused = await send('PATCH', '/api/v1/project', { slug: 'cdn', strip_originals: strip })
      expect(refused.status).toBe(409)
      expect((await send('GET', '/api/v1/project')).body.project).toEqual(before)
    })

    it.each(['cdn', 'app'])('cannot be renamed to %s, a host of the server', async (slug) => {
      const refused = await send('PATCH', '/api/v1/project', { slug })
      expect([refused.status, refused.body.code]).toEqual([409, 'project/conflict'])
    })

    it('keeps the old slug as an alias, even through several names, and gives it to nobody else', async () => {
      for (const slug of ['shop', 'store']) await send('PATCH', '/api/v1/project', { slug })
      for (const slug of ['demo', 'shop', 'store']) {
        expect((await harness.projects.resolve(slug))?.slug, slug).toBe('store')
      }
      expect((await send('PATCH', '/api/v1/project', { slug: 'demo' })).body.project.slug).toBe('demo')
      expect((await harness.projects.resolve('store'))?.slug).toBe('demo')
    })

    it('purges: what was made is not used again', async () => {
      const before = (await send('GET', '/api/v1/project')).body.project.generation
      expect((await send('POST', '/api/v1/project/purge')).body.generation).toBe(before + 1)
      expect((await harness.projects.resolve('demo'))?.generation).toBe(before + 1)
    })

    it('rotates signing secrets: two verify, the newest signs', async () => {
      const first = (await send('POST', '/api/v1/project/signing-secrets')).body
      const second = (await send('POST', '/api/v1/project/signing-secrets')).body
      expect(second.secret).toMatch(/^[0-9A-Za-z]{43}$/)
      const live = (await harness.projects.resolve('demo'))?.signingSecrets.map(({ kid }) => kid)
      expect(live).toEqual([second.kid, first.kid])
      expect((await send('GET', '/api/v1/project/signing-secrets')).body).toEqual({
        signing_secrets: [{ kid: second.kid }, { kid: first.kid }],
      })
      expect((await send('DELETE', `/api/v1/project/signing-secrets/${first.kid}`)).status).toBe(200)
      expect((await send('DELETE', `/api/v1/project/signing-secrets/${first.kid}`)).status).toBe(404)
      expect((await send('DELETE', `/api/v1/project/signing-secrets/${second.kid}`)).status).toBe(400)
    })

    it('keeps a signing secret when both are deleted at once', async () => {
      await send('POST', '/api/v1/project/signing-secrets')
      const { signing_secrets: live } = (await send('GET', '/api/v1/project/signing-secrets')).body
      expect(live).toHaveLength(2)
      const answers = await Promise.all(
        live.map(({ kid }: { kid: string }) => send('DELETE', `/api/v1/project/signing-secrets/${kid}`)),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
      expect((await send('GET', '/api/v1/project/signing-secrets')).body.signing_secrets).toHaveLength(1)
    })
  })

  describe('/api/v1/origins', () => {
    it('keeps credentials to itself', async () => {
      const made = await send('POST', '/api/v1/origins', {
        name: 'bucket',
        kind: 's3',
        prefix: 'shop/',
        settings: { bucket: 'pictures', region: 'eu-central-1' },
        credentials: { accessKeyId: 'AKIA-SECRET-ID', secretAccessKey: 'very-secret' },
      })
      expect(made.status).toBe(201)
      expect(made.body).toMatchObject({
        kind: 's3',
        credentials: ['accessKeyId', 'secretAccessKey'],
        settings: { bucket: 'pictures', timeoutMs: 10_000, cacheTtlSeconds: null },
      })
      const listed = await send('GET', '/api/v1/origins')
      expect(JSON.stringify([made.body, listed.body])).not.toMatch(/SECRET-ID|very-secret/)
      const rows = await harness.database.queries.selectFrom('origins').selectAll().execute()
      expect(JSON.stringify(rows)).not.toMatch(/SECRET-ID|very-secret/)
      const [known] = await harness.origins.list(harness.project.id)
      expect(known?.credentials).toEqual({ accessKeyId: 'AKIA-SECRET-ID', secretAccessKey: 'very-secret' })
    })

    it('changes one setting and keeps the others, credentials too', async () => {
      const changed = await send('PATCH', '/api/v1/origins/bucket', { settings: { cacheTtlSeconds: 60 } })
      expect(changed.body).toMatchObject({
        revision: 2,
        credentials: ['accessKeyId', 'secretAccessKey'],
        settings: { bucket: 'pictures', cacheTtlSeconds: 60 },
      })
    })

    it.each([
      [{ kind: 'web', settings: {} }, 400, 'settings.baseUrl'],
      [{ kind: 'web', settings: { baseUrl: 'ftp://x.test' } }, 400, 'settings.baseUrl'],
      [{ kind: 'web', settings: { baseUrl: 'https://x.test', surprise: 1 } }, 400, 'settings'],
      [
        { kind: 'web', settings: { baseUrl: 'https://x.test' }, credentials: { headers: { Host: 'y' } } },
        400,
        '',
      ],
      [{ kind: 'folder', settings: { path: '/etc' } }, 403, 'settings.path'],
      [{ kind: 'proxy', settings: { allow: ['https://'] } }, 400, 'settings.allow.0'],
    ])('refuses %j', async (body, status, parameter) => {
      const refused = await send('POST', '/api/v1/origins', { name: 'x', ...body })
      expect(refused.status).toBe(status)
      if (parameter !== '') expect(refused.body.parameter).toBe(parameter)
    })

    it('refuses a second origin of the same name', async () => {
      const body = { name: 'bucket', kind: 'web', settings: { baseUrl: 'https://x.test' } }
      expect((await send('POST', '/api/v1/origins', body)).status).toBe(409)
    })

    it('purges single pictures', async () => {
      const purged = await send('POST', '/api/v1/origins/bucket/purge', { paths: ['a.jpg', 'b.jpg'] })
      expect(purged.body).toEqual({ success: true, purged: 2 })
      expect(harness.purged).toEqual(['bucket:a.jpg', 'bucket:b.jpg'])
    })

    it('deletes', async () => {
      expect((await send('DELETE', '/api/v1/origins/bucket')).status).toBe(200)
      expect((await send('GET', '/api/v1/origins/bucket')).status).toBe(404)
      expect((await send('GET', '/api/v1/origins')).body.total).toBe(0)
    })
  })

  describe('/api/v1/domains', () => {
    it('adds a host name that delivery then knows', async () => {
      const made = await send('POST', '/api/v1/domains', { host: 'IMG.Shop.test', dialect: 'img-src' })
      expect([made.status, made.body.host]).toEqual([201, 'img.shop.test'])
      expect((await harness.projects.resolveHost('img.shop.test'))?.project.slug).toBe('demo')
      expect((await send('POST', '/api/v1/domains', { host: 'img.shop.test' })).status).toBe(409)
      expect((await send('DELETE', '/api/v1/domains/img.shop.test')).status).toBe(200)
      expect(await harness.projects.resolveHost('img.shop.test')).toBeUndefined()
      expect((await send('DELETE', '/api/v1/domains/img.shop.test')).status).toBe(404)
    })

    it.each([
      [{ host: 'images.test' }, 409],
      [{ host: 'projects.test' }, 409],
      [{ host: 'shop.projects.test' }, 409],
      [{ host: `${'a'.repeat(64)}.test` }, 400],
      [{ host: 'localhost' }, 400],
      [{ host: '10.0.0.1' }, 400],
      [{ host: 'a b.test' }, 400],
      [{ host: 'x.test', dialect: 'klingon' }, 400],
      [{ host: 'x.test', origin: 'nowhere' }, 404],
    ])('refuses %j with %i', async (body, status) => {
      expect((await send('POST', '/api/v1/domains', body)).status).toBe(status)
    })
  })
})
