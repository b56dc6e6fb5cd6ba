/**
 * `@fovea/client`: upload images, sign and build their URLs, and look after a project. Runs in Node, edge workers and
 * browsers; no dependencies.
 */
export type { CallOptions } from './connection.ts'
export type { DeliveryParameters } from './delivery-url.ts'
export type { Edit, EditOutput } from './edits.ts'
export type { Exports, ProjectExport, WaitOptions } from './exports.ts'
export { Fovea, type FoveaOptions } from './fovea.ts'
export { FoveaError } from './fovea-error.ts'
export type {
  ImageChanges,
  ImageDetails,
  ImageList,
  ImageMetadata,
  ListedImage,
  ListOptions,
  SendOptions,
  SignUrlOptions,
  UploadAddress,
  UploadedImage,
  UploadOptions,
} from './image-types.ts'
export type { Images } from './images.ts'
export type { CreatedKey, Keys, ListedKey, NewKey, Scope } from './keys.ts'
export type { AccessLink, CreatedLink, LinkPage, Links, LinksOptions, NewLink } from './links.ts'
export type { Operation, OperationOptions } from './operations.ts'
export type { NewPreset, Preset, PresetParameters, Presets } from './presets.ts'
export type { UrlOptions } from './signed-url.ts'
export type {
  TransformBranch,
  TransformOutput,
  TransformRequest,
  TransformResult,
  TransformSource,
  TransformStore,
} from './transform.ts'
export { type UploadTarget, uploadTo } from './upload.ts'
export type { Usage } from './usage.ts'
export {
  verifyWebhook,
  WebhookError,
  type WebhookHeaders,
  type WebhookMessage,
} from './verify-webhook.ts'
export type { WebhookEvents } from './webhook-events.ts'
export type {
  CreatedWebhook,
  DeliveriesOptions,
  DeliveryPage,
  NewWebhook,
  Webhook,
  WebhookChanges,
  WebhookDelivery,
  WebhookEvent,
  Webhooks,
} from './webhooks.ts'
