import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Answer, serveClient } from './client.test-server.ts'
import type { FoveaOptions } from './index.ts'

afterEach(() => {
  vi.useRealTimers()
})

const facts = (kid: string): Answer => ({
  body: { url: 'https://img.example', project: 'demo', signing: { kid, secret: `secret of ${kid}` } },
})

async function client(answers: readonly Answer[], options: Partial<FoveaOptions> = {}) {
  const { fovea, server } = await serveClient(answers, { retries: 0, ...options })
  return { images: fovea.images, server }
}

describe('a client with an API key alone', () => {
  it('asks once for project, address and secret, whatever is signed at the same time', async () => {
    const { images, server } = await client([facts('k1')])
    const [first, second] = await Promise.all([images.url('a.jpg'), images.url('b.jpg')])
    expect(first).toMatch(/^https:\/\/img\.example\/t\/demo\/[\w-]+\?kid=k1&sig=[0-9a-f]{64}$/)
    expect(second).not.toBe(first)
    expect(await images.deliveryUrl('a.jpg', { w: 5 })).toBe('https://img.example/i/demo/a.jpg?w=5')
    expect(server.heard).toHaveLength(1)
    expect(server.heard[0]).toMatchObject({
      url: '/api/v1/project/client',
      headers: { authorization: 'Bearer fov_key' },
    })
  })

  it('asks again after a refusal', async () => {
    const { images, server } = await client([{ status: 500 }, facts('k1')])
    await expect(images.url('a.jpg')).rejects.toMatchObject({ name: 'FoveaError', status: 500 })
    expect(await images.url('a.jpg')).toContain('kid=k1')
    expect(server.heard).toHaveLength(2)
  })

  it('follows a rotation within the hour, without waiting for it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { images, server } = await client([facts('k1'), facts('k2')])
    expect(await images.url('a.jpg')).toContain('kid=k1')
    vi.setSystemTime(Date.now() + 61 * 60 * 1000)
    expect(await images.url('a.jpg')).toContain('kid=k1')
    await vi.waitFor(async () => expect(await images.url('a.jpg')).toContain('kid=k2'))
    expect(server.heard).toHaveLength(2)
  })

  it('signs nothing with a key that may only read', async () => {
    const { images } = await client([
      { body: { url: 'https://img.example', project: 'demo', signing: null } },
    ])
    await expect(images.url('a.jpg')).rejects.toThrow('scope "write"')
    expect(await images.deliveryUrl('a.jpg')).toBe('https://img.example/i/demo/a.jpg')
  })
})

describe('a client that is told everything', () => {
  it('asks nothing', async () => {
    const { images, server } = await client([{ status: 500 }], { project: 'mine', signingSecret: 's' })
    expect(await images.url('a.jpg')).toMatch(new RegExp(`^${server.url}/t/mine/[\\w-]+\\?sig=`))
    expect(await images.deliveryUrl('a.jpg')).toBe(`${server.url}/i/mine/a.jpg`)
    expect(server.heard).toHaveLength(0)
  })

  it('prefers its own secret to the one the server tells', async () => {
    const { images } = await client([facts('k1')], { signingSecret: 'mine', keyId: 'k9' })
    expect(await images.url('a.jpg')).toContain('kid=k9')
  })
})
