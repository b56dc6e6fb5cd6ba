export { mostMaxBytes } from './byte-budget.ts'
export type { DecodeOptions, ImageRequest, SignedText, SourceRef } from './image-request.ts'
export {
  type CacheAddress,
  type CachedThing,
  cacheAddress,
  type TransformId,
  transformId,
  type VariantKey,
  variantKey,
} from './keys.ts'
export { type AcceptBucket, acceptBucket, negotiateFormat } from './negotiate.ts'
export type { ImageOutput, MetadataOutput, Output } from './output.ts'
export { signText, type VerificationKey, verifySignature } from './sign.ts'
