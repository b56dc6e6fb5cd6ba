/** `@fovea/client`: upload images, sign and build their URLs. Runs in Node, edge workers and browsers; no dependencies. */
export type { DeliveryParameters } from './delivery-url.ts'
export type { Edit, EditOutput } from './edits.ts'
export { Fovea, type FoveaOptions } from './fovea.ts'
export { FoveaError } from './fovea-error.ts'
export type {
  CallOptions,
  ImageDetails,
  ImageList,
  ImageMetadata,
  ListedImage,
  ListOptions,
  UploadedImage,
  UploadOptions,
} from './images.ts'
export type { UrlOptions } from './signed-url.ts'
