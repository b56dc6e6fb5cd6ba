export type { DecodeOptions, ImageRequest, SignedText, SourceRef } from './image-request.ts'
export { type AcceptBucket, acceptBucket, negotiateFormat } from './negotiate.ts'
export type { ImageOutput, MetadataOutput, Output } from './output.ts'
