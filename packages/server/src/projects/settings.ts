/** Project settings: what a change may say, what a new project has, and how they are stored. */
import { type Format, overlay, traitsOf } from '@fovea/core'
import * as z from 'zod'
import type { ProjectSettings, Watermark } from './project.ts'

/** Formats a project may deliver by default: those this server writes and browsers show. */
const deliverableFormats = ['webp', 'avif', 'jpeg', 'png', 'gif'] as const satisfies readonly Format[]

const side = z.int().min(1).max(10_000)

const isUpload = (params: z.output<typeof overlay.params>): params is Watermark => 'asset' in params.picture

const watermark = overlay.params.refine(isUpload, {
  path: ['picture'],
  error: 'must be { "asset": path }: a watermark is an image of the project',
})

export const settingsSchema = z.strictObject({
  access: z.enum(['open', 'listed', 'signed']),
  listedSizes: z
    .array(
      z
        .string()
        .regex(/^(?:[1-9]\d{0,4}(?:x[1-9]\d{0,4})?|x[1-9]\d{0,4})$/, 'must look like 640, 640x480 or x480'),
    )
    .max(200),
  listedQualities: z.array(z.int().min(1).max(100)).max(20),
  allowedReferrers: z
    .array(
      z
        .string()
        .max(253)
        .regex(
          /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/,
          'must be a host such as example.com or *.example.com',
        ),
    )
    .max(100),
  deliveryFormats: z
    .array(z.enum(deliverableFormats))
    .min(1)
    .max(deliverableFormats.length)
    .refine((formats) => new Set(formats).size === formats.length, 'names a format twice'),
  defaultQuality: z.int().min(1).max(100).nullable(),
  defaultFitMode: z.enum(['cover', 'contain', 'fill', 'scale-down']).nullable(),
  defaultMaxWidth: side.nullable(),
  defaultMaxHeight: side.nullable(),
  stripOriginals: z.boolean(),
  watermark: watermark.nullable(),
  watermarkOriginals: z.boolean(),
  cacheControl: z.string().max(200).nullable(),
  /** Checked by each dialect before they are stored. */
  dialects: z.record(z.string(), z.record(z.string(), z.unknown())),
  theme: z.enum(['light', 'dark', 'system']),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'must be a language tag such as en or pt-BR'),
})

export const newProjectSettings: ProjectSettings = Object.freeze({
  access: 'open',
  listedSizes: [],
  // What the services' clients ask for when nobody says anything.
  listedQualities: [45, 60, 75, 80, 85, 90],
  allowedReferrers: [],
  deliveryFormats: ['webp'] as const,
  defaultQuality: null,
  defaultFitMode: null,
  defaultMaxWidth: null,
  defaultMaxHeight: null,
  stripOriginals: false,
  watermark: null,
  watermarkOriginals: true,
  cacheControl: null,
  dialects: {},
  theme: 'system',
  language: 'en',
})

/** Reads stored settings; keys that a later version adds get their defaults. */
export function parseSettings(json: string): ProjectSettings {
  const stored = settingsSchema.partial().parse(JSON.parse(json))
  const settings = { ...newProjectSettings, ...withoutUndefined(stored) }
  return {
    ...settings,
    deliveryFormats: settings.deliveryFormats.filter((format) => traitsOf(format).encode),
  }
}

function withoutUndefined(stored: Partial<Record<keyof ProjectSettings, unknown>>): Partial<ProjectSettings> {
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== undefined))
}
