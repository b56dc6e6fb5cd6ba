import type { AcceptBucket } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import type { AssetId } from '../assets/asset.ts'
import { Changes } from '../changes.ts'
import type { ProjectId } from '../projects/project.ts'
import { Hits } from './hits.ts'
import type { Reply, Representation } from './reply.ts'

const projectId = '01P' as ProjectId

function reply(
  body: string,
  change: Partial<Representation> = {},
  headers: Record<string, string> = {},
): Reply {
  return {
    status: 200,
    headers: {
      'Content-Type': 'image/webp',
      ETag: '"e"',
      'Cache-Control': 'public, max-age=60',
      'X-Fovea-Request-Id': 'r1',
      ...headers,
    },
    body: { kind: 'bytes', bytes: Buffer.from(body) },
    cache: 'disk',
    representation: {
      etag: '"e"',
      shareable: true,
      negotiated: false,
      projectId,
      stems: ['photo'],
      ...change,
    },
  }
}

const never = (): AcceptBucket => {
  throw new Error('Accept was looked at')
}

const text = (hits: Hits, target: string, now = 1_000, bucket: () => AcceptBucket = never) =>
  hits.find(target, bucket, now)?.wire(now).toString('latin1')

describe('the memory cache', () => {
  it('holds an answer ready for the wire', () => {
    const hits = new Hits(100_000, new Changes())
    hits.add('/a', 'none', reply('the body'), 0)
    expect(text(hits, '/a')).toBe(
      'HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:16:40 GMT\r\nCache-Control: public, max-age=60\r\nContent-Type: image/webp\r\nETag: "e"\r\n' +
        'Server-Timing: cache;desc="memory"\r\nX-Fovea-Cache: hit\r\nContent-Length: 8\r\nConnection: keep-alive\r\n\r\nthe body',
    )
    expect(text(hits, '/b')).toBeUndefined()
  })

  it('tells the date of each second', () => {
    const hits = new Hits(100_000, new Changes())
    hits.add('/a', 'none', reply('x'), 0)
    const hit = hits.find('/a', never, 1_000)
    const first = hit?.wire(1_000)
    expect(hit?.wire(1_001)).toBe(first)
    expect(first?.toString()).toContain('00:16:41 GMT')
    hit?.lend()
    const second = hit?.wire(1_002)
    expect(second).not.toBe(first)
    expect(first?.toString()).toContain('00:16:41 GMT')
    expect(second?.toString()).toContain('00:16:42 GMT')
  })

  it('keeps one answer per Accept bucket where negotiation looked', () => {
    const hits = new Hits(100_000, new Changes())
    hits.add('/a', 'webp', reply('as webp', { negotiated: true }), 0)
    hits.add('/a', 'none', reply('as jpeg', { negotiated: true }), 0)
    expect(text(hits, '/a', 1_000, () => 'webp')).toContain('as webp')
    expect(text(hits, '/a', 1_000, () => 'none')).toContain('as jpeg')
    expect(text(hits, '/a', 1_000, () => 'avif')).toBeUndefined()
    expect(hits.stats.entries).toBe(1)
  })

  it('keeps the first of many equal answers', () => {
    const hits = new Hits(100_000, new Changes())
    hits.add('/a', 'none', reply('x'), 0)
    const first = hits.find('/a', never, 1)
    hits.add('/a', 'none', reply('x'), 0)
    expect(hits.find('/a', never, 1)).toBe(first)
    hits.add('/a', 'none', reply('y', { etag: '"other"' }), 0)
    expect(hits.find('/a', never, 1)).not.toBe(first)
    expect(hits.stats.entries).toBe(1)
  })

  it('counts down the freshness of a URL that expires, and then has forgotten it', () => {
    const hits = new Hits(100_000, new Changes())
    hits.add(
      '/a',
      'none',
      reply('x', { expiresAt: 1_100 }, { 'Cache-Control': 'public, immutable, max-age=100' }),
      0,
    )
    expect(text(hits, '/a', 1_000)).toContain('\r\nCache-Control: public, immutable, max-age=100       \r\n')
    expect(text(hits, '/a', 1_095)).toContain('max-age=5         \r\n')
    expect(text(hits, '/a', 1_100)).toBeUndefined()
    expect(hits.stats.entries).toBe(0)
  })

  it.each([
    ['private', reply('x', { shareable: false })],
    ['without a representation', { status: 200, headers: {}, cache: 'none' as const }],
    ['made for this very request', { ...reply('x'), cache: 'miss' as const }],
    ['a part', { ...reply('x'), status: 206 }],
    ['larger than an eighth of the cache', reply('x'.repeat(20_000))],
  ])('does not keep what is %s', (_, answer) => {
    const hits = new Hits(100_000, new Changes())
    hits.add('/a', 'none', answer, 0)
    expect(hits.stats).toMatchObject({ entries: 0, bytes: 0 })
  })

  it('does not keep an answer when anything has changed since its request began', () => {
    const changes = new Changes()
    const hits = new Hits(100_000, changes)
    const sequence = changes.sequence
    changes.announce({ kind: 'asset', projectId, assetId: '01A' as AssetId, stem: 'other', gone: false })
    hits.add('/a', 'none', reply('x'), sequence)
    expect(hits.stats.entries).toBe(0)
  })

  it('drops an answer when any picture in it changes', () => {
    const changes = new Changes()
    const hits = new Hits(100_000, changes)
    for (const stem of ['photo', 'logos/mark']) {
      hits.add('/a', 'none', reply('a', { stems: ['photo', 'logos/mark', 'photo'] }), changes.sequence)
      changes.announce({ kind: 'asset', projectId, assetId: '01A' as AssetId, stem, gone: false })
      expect(hits.stats).toMatchObject({ entries: 0, bytes: 0 })
    }
  })

  it('drops what an asset change or a project change touches, and only that', () => {
    const changes = new Changes()
    const hits = new Hits(100_000, changes)
    const other = '01Q' as ProjectId
    const fill = () => {
      hits.add('/a', 'none', reply('a'), changes.sequence)
      hits.add('/a?w=1', 'none', reply('a1'), changes.sequence)
      hits.add('/b', 'none', reply('b', { stems: ['poster'] }), changes.sequence)
      hits.add('/q', 'none', reply('q', { projectId: other }), changes.sequence)
    }
    const kept = () =>
      ['/a', '/a?w=1', '/b', '/q'].filter((target) => hits.find(target, never, 1) !== undefined)
    fill()
    changes.announce({ kind: 'asset', projectId, assetId: '01A' as AssetId, stem: 'photo', gone: true })
    expect(kept()).toEqual(['/b', '/q'])
    fill()
    changes.announce({ kind: 'project', projectId, slug: 'demo' })
    expect(kept()).toEqual(['/q'])
    hits.close()
    expect(hits.stats).toMatchObject({ entries: 0, bytes: 0 })
  })

  it('stays under its bound and keeps what is asked for', () => {
    const hits = new Hits(100_000, new Changes())
    hits.add('/hot', 'none', reply('hot'), 0)
    for (let number = 0; number < 2_000; number++) {
      hits.add(`/cold/${number}`, 'none', reply('x'.repeat(2_000)), 0)
      expect(hits.find('/hot', never, 1)).toBeDefined()
      expect(hits.stats.bytes).toBeLessThanOrEqual(100_000)
    }
    expect(hits.stats.entries).toBeGreaterThan(20)
    expect(hits.stats.evictions).toBeGreaterThan(1_900)
  })
})
