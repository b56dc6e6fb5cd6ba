export { announceAsset, type ChangedAsset } from './announce.ts'
export type { Asset, AssetId, BlobHash, Visibility } from './asset.ts'
export { AssetService, type ImageChanges } from './asset-service.ts'
export { AssetWriter } from './asset-writer.ts'
export { blobKey, parseBlobKey } from './blob-key.ts'
export { BlobStore, type StoredBlob } from './blob-store.ts'
export {
  type Description,
  type DescriptionRow,
  descriptionColumns,
  descriptionRow,
  noDescription,
} from './description.ts'
export { type Image, type ImageId, imageId, orientedSize, type StoredSignedUrl } from './image.ts'
export { replacedEvent, updatedEvent, uploadedEvent } from './image-events.ts'
export { imagesOf } from './image-queries.ts'
export { comesNew, joinImage } from './join-image.ts'
export { newAssetSteps, placeAsset } from './place-asset.ts'
export { occupied } from './require-free.ts'
export { type Trashed, TrashService } from './trash-service.ts'
export { type Version, VersionService } from './version-service.ts'
export { namesAnother, versionToken } from './version-token.ts'
