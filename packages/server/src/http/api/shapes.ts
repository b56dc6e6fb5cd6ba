/**
 * img-src's objects, as its SDK reads them: every optional key is there, null when there is nothing to say, and
 * `png` and `jxl` stand beside the formats its own document names.
 */
import { presetDialectNames, traitsOf } from '@fovea/core'
import type { PictureFacts } from '@fovea/engine/pool'
import * as z from 'zod'
import { type Image, orientedSize } from '../../assets/index.ts'
import { pictureDetails } from '../../facts/index.ts'
import type { Preset, PresetVersion, Project } from '../../projects/index.ts'
import type { StoredObject } from '../../transforms/index.ts'
import { sanitiseFileName, type Uploaded } from '../../uploads/index.ts'
import type { ApiContext } from './dependencies.ts'
import { deliveryUrl, imageUrl, storedSignedUrl } from './links.ts'

export const visibility = z.enum(['public', 'private'])
const links = z.object({ self: z.string(), delete: z.string() })
const formatUrls = { webp: z.string(), avif: z.string(), jpeg: z.string(), png: z.string(), jxl: z.string() }

export const uploadResponse = z.object({
  id: z.string(),
  hash: z.string(),
  url: z.string(),
  path: z.string().describe('Where this upload lies now; beside the keys of img-src'),
  paths: z.array(z.string()),
  is_new: z.boolean(),
  size: z.int(),
  format: z.string(),
  dimensions: z.object({ width: z.int(), height: z.int() }),
  available_formats: z.object(formatUrls),
  uploaded_at: z.string(),
  visibility,
  _links: links,
})

/** Where a result goes. */
export const storeWish = z
  .strictObject({
    path: z.string(),
    visibility: visibility.optional().describe('Of an image'),
    origin: z.string().optional().describe('Name of a bucket of the project that may be written to'),
    overwrite: z.boolean().optional().describe('Of an object: replaces what lies at the path'),
  })
  .describe('Makes the result an image of the project or, with an origin, an object in its bucket')

/** A result in a bucket. */
export const storedObject = z.object({ origin: z.string(), path: z.string(), etag: z.string().nullable() })

const focalPoint = z.object({ x: z.number(), y: z.number() }).nullable()

/** What people write about an image; beside img-src's keys. */
const description = {
  alt_text: z.string(),
  tags: z.array(z.string()),
  custom_metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  focal_point: focalPoint,
}

export const foundImage = {
  id: z.string(),
  original_filename: z.string(),
  sanitized_filename: z.string(),
  size: z.int(),
  uploaded_at: z.string(),
  url: z.string(),
  cdn_url: z.string(),
  paths: z.array(z.string()),
  visibility,
  ...description,
}

export const listResponse = z.object({
  images: z.array(
    z.object({
      ...foundImage,
      active_signed_url: z.object({ signed_url: z.string(), expires_at: z.int() }).nullable(),
      // Of a list by prefix: the path that brought the image in.
      path: z.string().nullable(),
    }),
  ),
  folders: z.array(z.object({ name: z.string(), image_count: z.int() })),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
  has_more: z.boolean(),
  path_filter: z.string().nullable(),
  next_cursor: z.string().nullable(),
})

export const searchResponse = z.object({
  results: z.array(z.object(foundImage)),
  total: z.int(),
  total_is_exact: z.boolean(),
  query: z.string(),
})

export const metadataResponse = z.object({
  id: z.string(),
  metadata: z.object({
    hash: z.string(),
    original_filename: z.string(),
    size: z.int(),
    uploaded_at: z.string(),
    mime_type: z.string(),
    width: z.int(),
    height: z.int(),
    dominant_color: z.string().nullable(),
    details: pictureDetails.nullable(),
  }),
  urls: z.object({ original: z.string(), ...formatUrls }),
  visibility,
  paths: z.array(z.string()),
  ...description,
  _links: links,
})

export const presetResponse = z.object({
  id: z.string(),
  /** Beside img-src's own. */
  dialect: z.enum(presetDialectNames),
  name: z.string(),
  description: z.string().nullable(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  created_at: z.int(),
  updated_at: z.int(),
  usage_count: z.int(),
  /** Beside img-src's own. */
  version: z.int(),
})

export const presetVersionResponse = presetResponse
  .pick({ version: true, name: true, description: true, params: true })
  .extend({ created_at: z.int() })

export function shapeUpload(
  context: ApiContext,
  project: Project,
  { image, path, isNew }: Uploaded,
): z.input<typeof uploadResponse> {
  return {
    id: image.id,
    hash: image.hash,
    url: deliveryUrl(context, project, image, undefined, path),
    path,
    paths: [...image.paths],
    is_new: isNew,
    size: image.size,
    format: image.facts.format,
    dimensions: orientedSize(image.facts),
    available_formats: shapeFormats(context, project, image, path),
    uploaded_at: isoTime(image.uploadedAt),
    visibility: image.visibility,
    _links: shapeLinks(image),
  }
}

export function shapeFound(context: ApiContext, project: Project, image: Image) {
  return {
    id: image.id,
    original_filename: image.originalFilename,
    sanitized_filename: sanitiseFileName(image.originalFilename),
    size: image.size,
    uploaded_at: isoTime(image.uploadedAt),
    url: imageUrl(image),
    cdn_url: deliveryUrl(context, project, image),
    paths: [...image.paths],
    visibility: image.visibility,
    ...shapeDescription(image),
  }
}

export function shapeListed(
  context: ApiContext,
  project: Project,
  image: Image,
  path: string | null = null,
): z.input<typeof listResponse>['images'][number] {
  const { signedUrl } = image
  const url = signedUrl === undefined ? undefined : storedSignedUrl(context, project, signedUrl)
  return {
    ...shapeFound(context, project, image),
    active_signed_url:
      signedUrl === undefined || url === undefined
        ? null
        : { signed_url: url, expires_at: signedUrl.expiresAt },
    path,
  }
}

export function shapeMetadata(
  context: ApiContext,
  project: Project,
  image: Image,
  facts: PictureFacts | undefined,
): z.input<typeof metadataResponse> {
  return {
    id: image.id,
    metadata: {
      hash: image.hash,
      original_filename: image.originalFilename,
      size: image.size,
      uploaded_at: isoTime(image.uploadedAt),
      mime_type: traitsOf(image.facts.format).mime,
      ...orientedSize(image.facts),
      dominant_color: facts?.dominantColor?.slice(1) ?? null,
      details: facts?.details ?? null,
    },
    urls: { original: deliveryUrl(context, project, image), ...shapeFormats(context, project, image) },
    visibility: image.visibility,
    paths: [...image.paths],
    ...shapeDescription(image),
    _links: shapeLinks(image),
  }
}

export function shapePreset(preset: Preset): z.input<typeof presetResponse> {
  return {
    id: preset.id,
    dialect: preset.dialect,
    name: preset.name,
    description: preset.description,
    params: { ...preset.params },
    created_at: preset.createdAt,
    updated_at: preset.updatedAt,
    usage_count: preset.usageCount,
    version: preset.version,
  }
}

export function shapePresetVersion(said: PresetVersion): z.input<typeof presetVersionResponse> {
  const { version, name, description, params, createdAt } = said
  return { version, name, description, params: { ...params }, created_at: createdAt }
}

/** RFC 3339 in UTC, milliseconds. */
export function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString()
}

function shapeFormats(context: ApiContext, project: Project, image: Image, path?: string) {
  return {
    webp: deliveryUrl(context, project, image, 'webp', path),
    avif: deliveryUrl(context, project, image, 'avif', path),
    jpeg: deliveryUrl(context, project, image, 'jpeg', path),
    png: deliveryUrl(context, project, image, 'png', path),
    jxl: deliveryUrl(context, project, image, 'jxl', path),
  }
}

function shapeDescription({ description: { altText, tags, metadata, focalPoint: point } }: Image) {
  return { alt_text: altText, tags: [...tags], custom_metadata: { ...metadata }, focal_point: point }
}

function shapeLinks(image: Image) {
  return { self: imageUrl(image), delete: imageUrl(image) }
}

export function shapeObject({ origin, path, etag }: StoredObject): z.input<typeof storedObject> {
  return { origin, path, etag: etag ?? null }
}
