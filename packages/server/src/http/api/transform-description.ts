/**
 * `POST /api/v1/transform` and Iteration Layer's transform as the OpenAPI document tells them.
 *
 * Requests are read by their dialects, whose complaints are better than a schema's; here stands what clients need to
 * make one. The operations are those of the registry, so a new one is in the document by itself.
 */
import { chromas, colorSpaces, formats, metadataPolicies, operations } from '@fovea/core'
import { outputFormats } from '@fovea/core/dialects/json'
import * as z from 'zod'
import type { RouteDescription } from './route-description.ts'
import { storedObject, storeWish, uploadResponse } from './shapes.ts'

/** Made once, when somebody asks for the document. */
export function transformDescription(): RouteDescription {
  const request = transformRequest()
  return {
    body: {
      'application/json': request,
      'multipart/form-data': z.object({
        request: request.describe('As JSON; without it the picture is re-encoded').optional(),
        file: z.file(),
      }),
      'image/*': z.file(),
      'application/octet-stream': z.file(),
    },
    answers: {
      200: {
        content: {
          'image/*': z.file(),
          'application/json': z.union([results, dryRun]),
          'text/*': z.string(),
        },
      },
    },
  }
}

function transformRequest() {
  const pipeline = z.array(operation()).describe('Carried out in this order')
  const result = { pipeline: pipeline.optional(), output: output.optional(), store: storeWish.optional() }
  return z.strictObject({
    source: source.optional(),
    ...result,
    outputs: z
      .array(z.strictObject({ name: z.string().max(64).optional(), ...result }))
      .min(1)
      .max(20)
      .optional()
      .describe('Several results of one source, each with a pipeline that goes on from the common one'),
    orient: z.boolean().optional(),
    dryRun: z.boolean().optional().describe('Tells what would be made'),
  })
}

const source = z
  .union([
    z.strictObject({ asset: z.string().describe('Path of an image of the project') }),
    z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/) }),
    z.strictObject({ url: z.url() }),
    z.strictObject({ base64: z.string() }),
  ])
  .describe('Absent when the picture comes beside the JSON')

function operation() {
  const [first, ...others] = operations.map(({ op, summary, params }) =>
    z.strictObject({ op: z.literal(op), ...params.shape }).describe(summary),
  )
  const compressToSize = z.strictObject({ op: z.literal('compressToSize'), maxBytes: z.int().min(1) })
  return z
    .union([first ?? compressToSize, ...others, compressToSize])
    .meta({ id: 'Operation', description: 'See docs/reference/operations.md' })
}

const output = z
  .looseObject({
    format: z.enum(outputFormats).optional(),
    quality: z
      .union([z.int().min(1).max(100), z.string()])
      .optional()
      .describe('Or auto, auto:good …'),
    maxBytes: z.int().min(1).optional(),
    progressive: z.boolean().optional(),
    lossless: z.boolean().optional(),
    metadata: z.enum(metadataPolicies).optional(),
    colorSpace: z.enum(colorSpaces).optional(),
    chroma: z.enum(chromas).optional(),
    palette: z.boolean().optional(),
    colors: z.int().optional().describe('Of a PNG or GIF, or of a palette'),
  })
  .describe('WebP of quality 90 when absent')

const results = z.object({
  outputs: z.array(
    z.object({
      name: z.string().optional(),
      format: z.string(),
      mediaType: z.string(),
      width: z.int(),
      height: z.int(),
      pages: z.int(),
      quality: z.number().optional(),
      sizeBytes: z.int(),
      data: z.base64().optional().describe('A picture that is not stored'),
      text: z.string().optional().describe('A result that is text'),
      image: uploadResponse.optional().describe('A result that has become an image'),
      object: storedObject.optional().describe('A result that has become an object in a bucket'),
    }),
  ),
})
const dryRun = z.looseObject({ dryRun: z.literal(true) })

/** The vendor's own words; see docs/reference/dialects/iteration-layer.md. */
export function iterationLayerDescription(): RouteDescription {
  return {
    body: {
      'application/json': z.looseObject({
        file: z.looseObject({
          type: z.enum(['base64', 'url']).optional(),
          name: z.string().optional(),
          base64: z.string().optional(),
          url: z.string().optional(),
        }),
        operations: z.array(z.looseObject({ type: z.string() })).min(1),
        webhook_url: z.string().nullish(),
      }),
    },
    refusal: z.object({ success: z.literal(false), error: z.string() }),
    answers: {
      200: {
        content: {
          'application/json': z.object({
            success: z.literal(true),
            data: z.object({ buffer: z.base64(), mime_type: z.enum(mediaTypes()) }),
          }),
        },
      },
      201: {
        content: {
          'application/json': z.object({
            success: z.literal(true),
            async: z.literal(true),
            message: z.string(),
          }),
        },
      },
    },
  }
}

export function meDescription(): RouteDescription {
  const named = z.object({ id: z.string(), name: z.string() })
  const data = z.object({
    project: named.extend({ slug: z.string() }),
    key: named.extend({ prefix: z.string(), scopes: z.array(z.string()) }).nullable(),
  })
  return {
    answers: { 200: { content: { 'application/json': z.object({ success: z.literal(true), data }) } } },
  }
}

function mediaTypes(): string[] {
  return [...new Set(Object.values(formats).flatMap(({ encode, mime }) => (encode ? [mime] : [])))]
}
