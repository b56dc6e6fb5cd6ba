import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryOperation } from '../../../../fixtures/arbitrary-operation.ts'
import { nodeDigest } from '../../../../fixtures/node-digest.ts'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import type { ImageRequest } from './image-request.ts'
import {
  type CachedThing,
  cacheAddress,
  type SourceVersions,
  transformId,
  type VariantKey,
  variantKey,
} from './keys.ts'
import type { ImageOutput, Output } from './output.ts'

const webp: ImageOutput = { kind: 'image', format: 'webp', quality: 80, metadata: 'none', animated: true }

function requestOf(pipeline: unknown, output: Output = webp, over: Partial<ImageRequest> = {}): ImageRequest {
  return {
    source: { kind: 'asset', path: 'a.jpg', match: 'exact' },
    decode: { orient: true },
    pipeline: parsePipeline(pipeline, defaultLimits),
    output,
    signatureRequired: false,
    delivery: { originalIfExact: false, immutable: false, negotiated: false },
    ...over,
  }
}

function idOf(pipeline: unknown, output: Output = webp, over: Partial<ImageRequest> = {}): string {
  return transformId(nodeDigest, requestOf(pipeline, output, over), { source: 'v1' })
}

const plain = [{ op: 'resize', width: 800, height: 600 }]

describe('transformId', () => {
  it('stays what it is: a change here bills every variant again', () => {
    expect(idOf(plain)).toBe('05be4f15ba7ffabf0d4319462161653d38fe9813198007002527e49b3811bec2')
  })

  it('is the same for every spelling of one picture', () => {
    const id = idOf(plain)
    expect(idOf([{ height: 600, width: 800, op: 'resize' }])).toBe(id)
    expect(
      idOf([{ op: 'resize', width: 800, height: 600, fit: 'cover', position: 'center', upscale: true }]),
    ).toBe(id)
    expect(idOf([...plain, { op: 'rotate', angle: 720 }, { op: 'modulate' }])).toBe(id)
    expect(idOf([{ op: 'flatten', background: 'WHITE' }])).toBe(idOf([{ op: 'flatten' }]))
  })

  it('tells cuts around a focal point from those in the centre, each of them', () => {
    const said = [{ op: 'resize', width: 800, height: 600, position: 'center' }]
    const at = (x: number) => ({ decode: { orient: true, focalPoint: { x, y: 0.5 } } })
    const ids = [
      idOf(plain),
      idOf(plain, webp, at(0.2)),
      idOf(plain, webp, at(0.3)),
      idOf(said, webp, at(0.2)),
    ]
    const squares = [...plain, { op: 'crop', aspect: '1:1' }]
    ids.push(idOf(squares, webp, at(0.2)), idOf([...said, { op: 'crop', aspect: '1:1' }], webp, at(0.2)))
    expect(new Set(ids).size).toBe(ids.length)
    expect(idOf([{ op: 'resize', width: 800, height: 600, position: { x: 0.5, y: 0.5 } }])).toBe(ids[0])
  })

  it('tells every analysis from every other, and one spelling from none', () => {
    const outputs: readonly Output[] = [
      { kind: 'metadata' },
      { kind: 'facts', details: 'none' },
      { kind: 'facts', details: 'all' },
      { kind: 'palette', as: 'json', colors: 6 },
      { kind: 'palette', as: 'json', colors: 7 },
      { kind: 'palette', as: 'css', colors: 6 },
      { kind: 'palette', as: 'css', colors: 6, prefix: 'x' },
      { kind: 'placeholder', as: 'blurhash' },
      { kind: 'placeholder', as: 'blurhash', components: { x: 4, y: 3 } },
      { kind: 'placeholder', as: 'thumbhash' },
      { kind: 'placeholder', as: 'lqip' },
      webp,
    ]
    expect(new Set(outputs.map((output) => idOf(plain, output))).size).toBe(outputs.length)
    expect(idOf(plain, { kind: 'palette', as: 'css', colors: 6, prefix: 'image' })).toBe(
      idOf(plain, { kind: 'palette', as: 'css', colors: 6 }),
    )
  })

  it('leaves out who asked, where the source lies and how to answer', () => {
    const other: Partial<ImageRequest> = {
      source: { kind: 'asset', path: 'b/c.png', match: 'stem' },
      signature: { scheme: 'fovea-hmac-sha256', value: '0', signedText: 'x' },
      signatureRequired: true,
      delivery: { originalIfExact: true, immutable: true, negotiated: true, download: 'x.webp' },
    }
    expect(idOf(plain, webp, other)).toBe(idOf(plain))
  })

  it('differs when the picture differs', () => {
    const ids = [
      idOf(plain),
      idOf([]),
      idOf([...plain, { op: 'flip' }]),
      idOf([{ op: 'flip' }, ...plain]),
      idOf([{ op: 'resize', width: 800, height: 601 }]),
      idOf(plain, { ...webp, quality: 81 }),
      idOf(plain, { ...webp, format: 'avif' }),
      idOf(plain, { ...webp, lossless: true }),
      idOf(plain, { ...webp, metadata: 'all' }),
      idOf(plain, { ...webp, maxBytes: 20_000 }),
      idOf(plain, { ...webp, target: 70 }),
      idOf(plain, { ...webp, format: 'jpeg', chroma: '4:4:4' }),
      idOf(plain, { ...webp, format: 'gif', colors: 16 }),
      idOf(plain, { ...webp, choice: { by: 'content', among: ['webp', 'jpeg', 'png', 'gif'] } }),
      idOf(plain, { ...webp, choice: { by: 'size', among: ['webp', 'jpeg', 'png', 'gif'] } }),
      idOf(plain, { ...webp, choice: { by: 'size', among: ['webp', 'avif', 'jpeg', 'png', 'gif'] } }),
      idOf(plain, { ...webp, animated: false }),
      idOf(plain, { ...webp, format: 'jpeg' }),
      idOf(plain, { ...webp, format: 'jpeg', progressive: true }),
      idOf(plain, { kind: 'metadata' }),
      idOf(plain, webp, { decode: { orient: false } }),
      transformId(nodeDigest, requestOf(plain), { source: 'v2' }),
    ]
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{64}$/)
  })

  it('does not split over what cannot matter for the format', () => {
    const png: ImageOutput = { kind: 'image', format: 'png', metadata: 'none', animated: true }
    expect(idOf(plain, { ...png, quality: 50, target: 70, lossless: true, animated: false })).toBe(
      idOf(plain, png),
    )
    expect(idOf(plain, { ...webp, progressive: true, lossless: false })).toBe(idOf(plain))
    expect(idOf(plain, { ...webp, lossless: true, quality: 10 })).toBe(
      idOf(plain, { ...webp, lossless: true, quality: 90 }),
    )
  })

  it('is the same before and after a JSON round trip of any pipeline', () => {
    fc.assert(
      fc.property(fc.array(arbitraryOperation, { maxLength: 5 }), (operations) => {
        const request = requestOf(operations)
        const again = requestOf(JSON.parse(JSON.stringify(request.pipeline)))
        expect(transformId(nodeDigest, again, { source: 'v1' })).toBe(
          transformId(nodeDigest, request, { source: 'v1' }),
        )
      }),
    )
  })
})

describe('variantKey', () => {
  it('moves with the engine and with the operations used', () => {
    const request = requestOf(plain)
    const id = transformId(nodeDigest, request, { source: 'v1' })
    const keys = [
      variantKey(nodeDigest, id, request, 'sharp 1'),
      variantKey(nodeDigest, id, request, 'sharp 2'),
      variantKey(nodeDigest, id, requestOf([{ op: 'blur', sigma: 1 }]), 'sharp 1'),
      id,
    ]
    expect(new Set(keys).size).toBe(keys.length)
    expect(variantKey(nodeDigest, id, requestOf([...plain, ...plain]), 'sharp 1')).toBe(keys[0])
  })
})

describe('pictures beside the source', () => {
  const request = requestOf([{ op: 'overlay', picture: { asset: 'logo.png' } }])
  const id = (versions: Omit<SourceVersions, 'source'>) =>
    transformId(nodeDigest, request, { source: 'v1', ...versions })

  it('are part of the identity by their content', () => {
    const ids = [id({ pictures: { logo: 'a' } }), id({ pictures: { logo: 'b' } }), id({})]
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('leave the identities of requests without any as they were', () => {
    expect(id({ pictures: {} })).toBe(id({}))
    expect(cacheAddress(nodeDigest, { ...addressed, pictures: {} })).toBe(cacheAddress(nodeDigest, addressed))
  })
})

const addressed: CachedThing = {
  projectId: 'p',
  projectGeneration: 1,
  assetId: 'a',
  assetGeneration: 1,
  variant: 'f'.repeat(64) as VariantKey,
}

describe('cacheAddress', () => {
  const thing = addressed

  it('moves with every member, so that tenants never share and a purge is an increment', () => {
    const addresses = [
      thing,
      { ...thing, projectId: 'q' },
      { ...thing, projectGeneration: 2 },
      { ...thing, assetId: 'b' },
      { ...thing, assetGeneration: 2 },
      { ...thing, variant: 'e'.repeat(64) as VariantKey },
      { ...thing, projectId: 'a', assetId: 'p' },
      { ...thing, pictures: { b: 1 } },
      { ...thing, pictures: { b: 2 } },
    ].map((cached) => cacheAddress(nodeDigest, cached))
    expect(new Set(addresses).size).toBe(addresses.length)
    for (const address of addresses) expect(address).toMatch(/^[0-9a-f]{64}$/)
  })

  it('ignores members it does not know', () => {
    const more = { ...thing, extra: 1 }
    expect(cacheAddress(nodeDigest, more)).toBe(cacheAddress(nodeDigest, thing))
  })
})
