/**
 * `info.json`: what the image is and what may be asked of it. Source: Image API 3.0 §5
 *
 * Every tile and size it names is really served: they never enlarge, and none is larger than the limits allow. Limits
 * are stated for pictures that exceed them: they are what `max` means, and what `^max` would have to grow to.
 */
import { orientedSize } from '../../geometry/orientation.ts'
import type { Size } from '../../geometry/size.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { DialectDocument, DialectTarget, SourceFacts } from '../define.ts'
import { readAddress } from './address.ts'
import type { Bounds } from './bounds.ts'
import { extraExtensions } from './quality.ts'

const context = 'http://iiif.io/api/image/3/context.json'
const linkedData = 'application/ld+json'
/** Side of a tile, px: four of them fill a usual screen. */
const tileSide = 512
/** Beyond level 2. */
const extraFeatures = [
  'canonicalLinkHeader',
  'mirroring',
  'profileLinkHeader',
  'rotationArbitrary',
  'sizeUpscaling',
]

/** What a description depends on beside the picture. */
export function dependencies(target: DialectTarget, limits: Bounds & { readonly area: number }) {
  const { base, acceptText } = target
  return { base, type: wantsLinkedData(acceptText) ? linkedData : 'application/json', ...limits }
}

export function describe(
  facts: SourceFacts,
  { output }: ImageRequest,
  { base, path }: DialectTarget,
): DialectDocument {
  const about = output.kind === 'metadata' ? output.dependsOn : undefined
  const type = about?.type === linkedData ? linkedData : 'application/json'
  const [most, promised] = [Number(about?.most), Number(about?.promised)]
  const { width, height } = orientedSize(facts, facts.orientation)
  const largest = (side: number) => Math.max(promised, Math.min(side, most))
  const maximum = { width: largest(width), height: largest(height) }
  const scaleFactors = factorsOf({ width, height })
  const sizes = scaleFactors
    .map((factor) => ({ width: Math.ceil(width / factor), height: Math.ceil(height / factor) }))
    .filter((size) => size.width <= maximum.width && size.height <= maximum.height)
  const document = {
    '@context': context,
    id: `${base}/${readAddress(path).identifier}`,
    type: 'ImageService3',
    protocol: 'http://iiif.io/api/image',
    profile: 'level2',
    width,
    height,
    ...(width <= maximum.width && height <= maximum.height
      ? {}
      : { maxWidth: maximum.width, maxHeight: maximum.height, maxArea: Number(about?.area) }),
    sizes: sizes.reverse(),
    tiles: [{ width: tileSide, height: tileSide, scaleFactors }],
    extraQualities: ['bitonal'],
    extraFormats: extraExtensions,
    extraFeatures,
  }
  return {
    contentType: type === linkedData ? `${linkedData};profile="${context}"` : type,
    body: JSON.stringify(document),
    ...(type === linkedData
      ? {}
      : {
          headers: {
            Link: `<${context}>;rel="http://www.w3.org/ns/json-ld#context";type="${linkedData}"`,
          },
        }),
  }
}

/** Powers of two, up to the first that brings the whole image into one tile. */
function factorsOf({ width, height }: Size): readonly number[] {
  const factors = [1]
  for (let factor = 1; Math.max(width, height) > factor * tileSide; ) {
    factor *= 2
    factors.push(factor)
  }
  return factors
}

/** Whether `Accept` names JSON-LD with a weight above 0. */
function wantsLinkedData(accept: string): boolean {
  return accept
    .slice(0, 8192)
    .split(',')
    .some((entry) => {
      const [name = '', ...parameters] = entry.split(';')
      return (
        name.trim().toLowerCase() === linkedData &&
        !parameters.some((parameter) => /^ ?q=0(?:\.0*)?$/i.test(parameter.trimEnd()))
      )
    })
}
