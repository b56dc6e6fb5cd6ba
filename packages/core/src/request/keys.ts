/**
 * The three identities of a result, each a SHA-256 over canonical JSON with its own label.
 *
 * TransformId is for money: source version, decode options, pipeline and output; stable across dialects, spellings
 * and engine upgrades. VariantKey is for bytes: it adds the revisions that change pixels. CacheAddress is for
 * storage and ETag: it adds tenant and generations, so tenants never share and a purge is one increment.
 */
import type { Digest } from '../crypto/digest.ts'
import { type Format, traitsOf } from '../formats/formats.ts'
import { type Operation, operationNamed } from '../operations/index.ts'
import { plainPosition, roundReal } from '../operations/parameters.ts'
import { canonicalJson, canonicalPipeline } from '../pipeline/canonical.ts'
import { analysisRevisions } from './analysis.ts'
import type { ImageRequest } from './image-request.ts'
import type { AnalysisOutput, ImageOutput, Output } from './output.ts'

/** 64 lower-case hex digits. */
export type TransformId = string & { readonly __brand: 'TransformId' }
/** 64 lower-case hex digits. */
export type VariantKey = string & { readonly __brand: 'VariantKey' }
/** 64 lower-case hex digits: file name in the variant cache and strong ETag. */
export type CacheAddress = string & { readonly __brand: 'CacheAddress' }

/** Content digest of each asset, ETag or date of a remote source. */
export interface SourceVersions {
  readonly source: string
  /** Of the pictures beside the source, by their key. */
  readonly pictures?: Readonly<Record<string, string>>
}

/** Billing identity. */
export function transformId(
  digest: Digest,
  request: Pick<ImageRequest, 'decode' | 'pipeline' | 'output'>,
  versions: SourceVersions,
): TransformId {
  const { pipeline } = request
  const { focalPoint } = request.decode
  return label(digest, 'fovea.transform.1', {
    source: versions.source,
    pictures: hasMembers(versions.pictures) ? versions.pictures : undefined,
    orient: request.decode.orient ? undefined : false,
    page: request.decode.page === 1 ? undefined : request.decode.page,
    focalPoint: focalPoint && { x: roundReal(focalPoint.x), y: roundReal(focalPoint.y) },
    pipeline: canonicalPipeline(focalPoint === undefined ? pipeline.map(withoutCentre) : pipeline),
    output: canonicalOutput(request.output),
  }) as TransformId
}

/** Without a focal point a cut that names the centre is that of one that names nothing. */
function withoutCentre(operation: Operation): Operation {
  const isCut = operation.op === 'resize' || operation.op === 'crop'
  return isCut && plainPosition(operation.position) === 'center'
    ? { ...operation, position: 'focal-point' }
    : operation
}

/** Cache identity of the bytes; moves when an operation's `revision` or the engine changes. */
export function variantKey(
  digest: Digest,
  transform: TransformId,
  request: ImageRequest,
  engineRevision: string,
): VariantKey {
  const revisions = new Map(request.pipeline.map(({ op }) => [op, operationNamed(op).revision]))
  const { kind } = request.output
  const isAnalysis = kind !== 'image' && kind !== 'metadata'
  return label(digest, 'fovea.variant.1', {
    transform,
    operations: Object.fromEntries(revisions),
    analysis: isAnalysis ? analysisRevisions[kind] : undefined,
    engine: engineRevision,
  }) as VariantKey
}

export interface CachedThing {
  readonly projectId: string
  readonly projectGeneration: number
  readonly assetId: string
  readonly assetGeneration: number
  /** Generations of the pictures beside it, by their asset's id. */
  readonly pictures?: Readonly<Record<string, number>>
  readonly variant: VariantKey
}

/** Where one project keeps one variant of one asset generation. */
export function cacheAddress(digest: Digest, thing: CachedThing): CacheAddress {
  const { projectId, projectGeneration, assetId, assetGeneration, pictures, variant } = thing
  return label(digest, 'fovea.cache.1', {
    projectId,
    projectGeneration,
    assetId,
    assetGeneration,
    pictures: hasMembers(pictures) ? pictures : undefined,
    variant,
  }) as CacheAddress
}

/** Requests without pictures keep the identities they had before there were any. */
function hasMembers(record: object | undefined): boolean {
  return record !== undefined && Object.keys(record).length > 0
}

/** The label keeps identities of different kinds apart even when their members agree. */
function label(digest: Digest, kind: string, members: Readonly<Record<string, unknown>>): string {
  return digest.sha256(`${kind}\n${canonicalJson(members)}`)
}

/** Output without what is default or cannot matter, so that no key splits without a difference. */
function canonicalOutput(output: Output): Readonly<Record<string, unknown>> {
  switch (output.kind) {
    case 'image':
      return canonicalImage(output)
    case 'metadata':
      return { kind: 'metadata' }
    default:
      return canonicalAnalysis(output)
  }
}

function canonicalAnalysis(output: AnalysisOutput): Readonly<Record<string, unknown>> {
  const { kind } = output
  switch (kind) {
    case 'palette': {
      const { colors, as, prefix = 'image' } = output
      return { kind, colors, as, prefix: as === 'css' && prefix !== 'image' ? prefix : undefined }
    }
    case 'placeholder': {
      const { as, components } = output
      return { kind, as, components: as === 'blurhash' ? components : undefined }
    }
    case 'facts':
      return { kind, details: output.details }
  }
}

/** Formats that say how large they are on paper. */
export const holdsDensity: ReadonlySet<Format> = new Set(['jpeg', 'png', 'tiff'])

/** Formats whose colours may have half the resolution. */
const takesChroma: ReadonlySet<Format> = new Set(['jpeg', 'avif', 'heif'])

function canonicalImage(output: ImageOutput): Readonly<Record<string, unknown>> {
  const { format, choice, quality, lossless, target, maxBytes } = output
  const { progressive, palette, chroma, colors, metadata, colorSpace, density, animated } = output
  if (choice !== undefined) return { ...output, metadata: metadata === 'none' ? undefined : metadata }
  const traits = traitsOf(format)
  const isLossless = lossless === true && traits.lossy && traits.lossless
  const isPalette = palette === true && format === 'png'
  return {
    format,
    quality: (traits.lossy && !isLossless) || isPalette ? quality : undefined,
    lossless: isLossless ? true : undefined,
    target: traits.lossy && !isLossless ? target : undefined,
    maxBytes,
    progressive: progressive === true && (format === 'jpeg' || format === 'png') ? true : undefined,
    palette: isPalette ? true : undefined,
    chroma: takesChroma.has(format) && !isLossless ? chroma : undefined,
    colors: isPalette || format === 'gif' ? colors : undefined,
    metadata: metadata === 'none' ? undefined : metadata,
    colorSpace: colorSpace === 'p3' ? 'p3' : undefined,
    density: holdsDensity.has(format) ? density : undefined,
    animated: traits.animation && !animated ? false : undefined,
  }
}
