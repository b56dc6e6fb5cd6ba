/**
 * IIIF Image API 3.0: `/iiif/3/{project}/{identifier}/{region}/{size}/{rotation}/{quality}.{format}` and `…/info.json`.
 *
 * Level 2, and of what lies beyond: enlarging with `^`, mirroring, any angle, bitonal, more formats, canonical and
 * profile links. The order is the standard's: region, size, rotation, quality. The identifier is the path of an
 * asset in one segment, its slashes written `%2F`; without an extension it finds the asset with any. Pictures are
 * stills: of an animation the first frame. The query holds nothing but our signature.
 *
 * Source: https://iiif.io/api/image/3.0/
 */
import { traitsOf } from '../../formats/formats.ts'
import { parsePipeline } from '../../pipeline/index.ts'
import type { Problem } from '../../problem/index.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { Dialect, DialectContext, DialectError, DialectTarget, Redirect } from '../define.ts'
import { Parameters } from '../parameters.ts'
import { readSignature } from '../signed-query.ts'
import { decodeAssetPath, splitExtension } from '../target-path.ts'
import { readAddress } from './address.ts'
import { boundsOf } from './bounds.ts'
import { dependencies, describe } from './info.ts'
import { linksOf } from './links.ts'
import { qualityOf, readQuality } from './quality.ts'
import { regionOf } from './region.ts'
import { readRotation, rotationOf } from './rotation.ts'
import { sizeOf } from './size.ts'

export const iiif: Dialect<'iiif'> = Object.freeze({
  name: 'iiif',
  mount: 'iiif/3',
  parse,
  redirect,
  problem,
  describe,
  headerNames: ['Link'],
  decorate: linksOf,
})

function parse(target: DialectTarget, context: DialectContext): ImageRequest {
  const { identifier, image } = readAddress(target.path)
  const path = decodeAssetPath(identifier)
  const parameters = Parameters.parse(target.query)
  const signature = readSignature(target.path, target.query, parameters)
  parameters.finish(['exp', 'kid', 'sig'])
  const bounds = boundsOf(context.limits)
  const asked = {
    source: { kind: 'asset', path, match: splitExtension(path).extension === '' ? 'stem' : 'exact' },
    decode: { orient: true },
    ...(signature === undefined ? {} : { signature }),
    signatureRequired: false,
  } as const
  const delivery = { originalIfExact: false, immutable: false, negotiated: false }
  if (image === undefined) {
    const dependsOn = dependencies(target, { ...bounds, area: context.limits.maxOutputPixels })
    return {
      ...asked,
      pipeline: [],
      output: { kind: 'metadata', dependsOn },
      delivery: { ...delivery, vary: ['Accept'] },
    }
  }
  const region = regionOf(image.region)
  const size = sizeOf(image.size, bounds)
  const rotation = rotationOf(readRotation(image.rotation))
  const { quality, format } = readQuality(image.quality)
  return {
    ...asked,
    pipeline: parsePipeline([...region, ...size, ...rotation, ...qualityOf(quality)], context.limits),
    output: {
      kind: 'image',
      format,
      ...(traitsOf(format).lossy ? { quality: context.defaultQuality ?? 80 } : {}),
      metadata: 'none',
      animated: false,
    },
    delivery,
  }
}

/** The bare identifier leads to the description of its image. */
function redirect({ path, query, base }: DialectTarget): Redirect | undefined {
  if (query !== '' || !/^[\x21-\x7e]+$/.test(path) || path.includes('/')) return undefined
  return { status: 303, location: `${base}/${path}/info.json` }
}

/** The standard knows one status for all that is wrong with a region or a size, whether or not the image was looked at. */
function problem(refusal: Problem, about: { readonly instance: string }): DialectError {
  const status = refusal.code.startsWith('operation/') ? 400 : refusal.status
  return {
    status,
    contentType: 'application/problem+json; charset=utf-8',
    body: JSON.stringify({ ...refusal.toJSON(), status, instance: about.instance }),
  }
}
