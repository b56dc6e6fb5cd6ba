/**
 * From a request and an asset to what the answer is called: billing identity, cache address, ETag.
 *
 * Everything here is hashing of a few hundred bytes: an ETag is known, and a 304 sent, before any file is opened.
 */
import {
  type CacheAddress,
  cacheAddress,
  type ImageRequest,
  type MadeKind,
  type TransformId,
  traitsOf,
  transformId,
  type VariantKey,
  variantKey,
} from '@fovea/core'
import type { Project } from '../projects/project.ts'
import type { DeliveryContext } from './dependencies.ts'
import type { FoundSource, FoundSources } from './sources.ts'
import { marksOriginal } from './watermark.ts'

export type Identity = {
  readonly address: CacheAddress
  readonly etag: string
  /** What models were to do for it and none here can. */
  readonly missingModels: readonly string[]
} & (
  | { readonly kind: 'original' }
  | { readonly kind: 'facts' }
  | {
      readonly kind: 'variant'
      readonly transformId: TransformId
      readonly output: MadeKind
    }
)

/** Version of the JSON that `facts.ts` writes; part of its ETag. */
const factsRevision = 2

export function identify(
  wanted: ImageRequest,
  { asset, pictures }: FoundSources,
  project: Project,
  app: Pick<DeliveryContext, 'digest' | 'engineRevision' | 'models'>,
): Identity {
  const named = (variant: VariantKey) => {
    const address = cacheAddress(app.digest, {
      projectId: project.id,
      projectGeneration: project.generation,
      assetId: asset.id,
      assetGeneration: asset.generation,
      pictures: Object.fromEntries([...pictures.values()].map(({ id, generation }) => [id, generation])),
      variant,
    })
    return { address, etag: `"${address}"` }
  }
  // Nothing is made for these two, so they have no variant key of their own: a label keeps them apart from all others.
  if (wanted.output.kind === 'metadata') {
    const { dependsOn, sees } = wanted.output
    const version = dependsOn === undefined ? '' : `.${JSON.stringify(dependsOn)}`
    const models = sees === undefined ? '' : `.${app.models.idsFor(sees).join('+')}`
    return {
      kind: 'facts',
      missingModels: sees === undefined ? [] : app.models.missingOf(sees),
      ...named(`facts.${factsRevision}.${asset.hash}${version}${models}` as VariantKey),
    }
  }
  if (isUntouched(wanted, asset, project))
    return { kind: 'original', missingModels: [], ...named(`original.${asset.hash}` as VariantKey) }
  const transform = transformId(app.digest, wanted, {
    source: asset.hash,
    pictures: Object.fromEntries([...pictures].map(([key, { hash }]) => [key, hash])),
  })
  const models = app.models.revisionFor(wanted.pipeline)
  const revision = models === '' ? app.engineRevision : `${app.engineRevision}+${models}`
  const variant = variantKey(app.digest, transform, wanted, revision)
  const missingModels = app.models.missingFor(wanted.pipeline)
  return { kind: 'variant', transformId: transform, output: wanted.output, missingModels, ...named(variant) }
}

/** Whether the stored bytes themselves are the answer. */
function isUntouched(wanted: ImageRequest, asset: FoundSource, project: Project): boolean {
  return (
    wanted.delivery.originalIfExact &&
    wanted.source.kind === 'asset' &&
    asset.path === wanted.source.path &&
    !project.settings.stripOriginals &&
    !marksOriginal(wanted, project) &&
    traitsOf(asset.facts.format).webSafe
  )
}
