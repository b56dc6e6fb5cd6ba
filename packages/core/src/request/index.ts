export {
  analysisRevisions,
  classPrefix,
  maxBlurHashComponents,
  maxPaletteColors,
  sightingsRevision,
} from './analysis.ts'
export { mostMaxBytes } from './byte-budget.ts'
export { hammingDistance } from './fingerprint.ts'
export type { AssetRef, DecodeOptions, ImageRequest, SignedText, SourceRef } from './image-request.ts'
export {
  type CacheAddress,
  type CachedThing,
  cacheAddress,
  type SourceVersions,
  type TransformId,
  transformId,
  type VariantKey,
  variantKey,
} from './keys.ts'
export { type MadeFormat, mediaTypeOf, type TextFormat, textFormatOf } from './media-type.ts'
export { type AcceptBucket, acceptBucket, formatsFor, negotiateFormat } from './negotiate.ts'
export type {
  AnalysisOutput,
  FactsOutput,
  FormatChoice,
  ImageOutput,
  MadeKind,
  MetadataOutput,
  Output,
  PaletteOutput,
  PlaceholderOutput,
  RunOutput,
  SightingsOutput,
} from './output.ts'
export { chromas, colorSpaces, metadataPolicies } from './output-words.ts'
export { picturesOf } from './pictures.ts'
export { autoQualityForms, defaultTarget, readAutoQuality } from './quality-target.ts'
export { signText, type VerificationKey, verifySignature } from './sign.ts'
