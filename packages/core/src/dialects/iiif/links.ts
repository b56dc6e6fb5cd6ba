/**
 * The `Link` header of a picture: the level of compliance, and the one spelling of its address that all others share.
 *
 * The address is a reference without scheme and host, which readers resolve against the URL they asked for
 * (RFC 8288 §3.1): one stored answer serves every host name. Source: Image API 3.0 §4.7, §6.2
 */
import { orientedSize } from '../../geometry/orientation.ts'
import { sameSize } from '../../geometry/size.ts'
import { defaultLimits } from '../../limits/limits.ts'
import { type Frame, frameBehind, lowerOperation } from '../../operations/index.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { DialectTarget, SourceFacts } from '../define.ts'
import { type ImageAddress, readAddress } from './address.ts'
import { readQuality } from './quality.ts'
import { readRotation } from './rotation.ts'

const profile = '<http://iiif.io/api/image/3/level2.json>;rel="profile"'

/** Sizes were checked when the picture was made; here nothing is refused. */
const limits = {
  ...defaultLimits,
  maxSide: Number.MAX_SAFE_INTEGER,
  maxOutputPixels: Number.MAX_SAFE_INTEGER,
  maxAnimatedPixels: Number.MAX_SAFE_INTEGER,
}

/** Headers of an answer to `request`; none beside a description, which has its own. */
export function linksOf(
  request: ImageRequest,
  facts: SourceFacts,
  { base, path }: DialectTarget,
): Readonly<Record<string, string>> {
  const { image } = readAddress(path)
  if (image === undefined || request.source.kind !== 'asset') return {}
  const prefix = base.replace(/^[a-z]+:\/\/[^/]*/, '')
  const identifier = encodeURIComponent(request.source.path)
  const canonical = `${prefix}/${identifier}/${canonicalForm(request, facts, image)}`
  return { Link: `<${canonical}>;rel="canonical",${profile}` }
}

function canonicalForm({ pipeline }: ImageRequest, facts: SourceFacts, image: ImageAddress): string {
  let region = 'full'
  let cut: Frame = {
    ...orientedSize(facts, facts.orientation),
    hasAlpha: facts.hasAlpha,
    pages: 1,
    format: facts.format,
    facts: {},
    limits,
  }
  let scaled = cut
  for (const operation of pipeline) {
    if (operation.op !== 'crop' && operation.op !== 'resize') break
    const steps = lowerOperation(operation, scaled)
    scaled = frameBehind(operation, scaled, steps)
    if (operation.op === 'resize') continue
    cut = scaled
    const [step] = steps
    if (step?.step === 'extract') region = [step.left, step.top, step.width, step.height].join(',')
  }
  const { isMirrored, angle } = readRotation(image.rotation)
  const { quality, extension } = readQuality(image.quality)
  const isPlain = quality === 'color' || (quality === 'gray' && facts.channels <= 2)
  return [
    region,
    canonicalSize(image.size, cut, scaled),
    `${isMirrored ? '!' : ''}${angle}`,
    `${isPlain ? 'default' : quality}.${extension}`,
  ].join('/')
}

function canonicalSize(asked: string, cut: Frame, scaled: Frame): string {
  if (asked === 'max' || asked === '^max' || sameSize(cut, scaled)) return 'max'
  const hasGrown = scaled.width > cut.width || scaled.height > cut.height
  return `${hasGrown ? '^' : ''}${scaled.width},${scaled.height}`
}
