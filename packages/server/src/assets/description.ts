import type { FocalPoint } from '@fovea/core'

/** What people write about an image. It belongs to the image: all its paths share it, and a new version inherits it. */
export interface Description {
  readonly altText: string
  readonly tags: readonly string[]
  readonly metadata: Metadata
  /** Shares of width and height, 0–1, from the top left corner of the oriented picture. */
  readonly focalPoint: FocalPoint | null
}

export type Metadata = Readonly<Record<string, string | number | boolean>>

export const noDescription: Description = Object.freeze({
  altText: '',
  tags: [],
  metadata: {},
  focalPoint: null,
})

/** What is absent stays; a metadata value of `null` goes. */
export interface DescriptionChanges extends Partial<Omit<Description, 'metadata'>> {
  readonly metadata?: Readonly<Record<string, Metadata[string] | null>>
}

/** JSON Merge Patch (RFC 7396) of what was there. */
export function describe(before: Description, { metadata = {}, ...told }: DescriptionChanges): Description {
  const merged = Object.entries({ ...before.metadata, ...metadata }).filter(
    (pair): pair is [string, Metadata[string]] => pair[1] !== null,
  )
  return { ...before, ...told, metadata: Object.fromEntries(merged) }
}

/** As stored. */
export interface DescriptionRow {
  alt_text: string
  tags: string
  metadata: string
  focal_x: number | null
  focal_y: number | null
}

export const descriptionColumns = ['alt_text', 'tags', 'metadata', 'focal_x', 'focal_y'] as const

export function descriptionOf(row: DescriptionRow): Description {
  return {
    altText: row.alt_text,
    tags: JSON.parse(row.tags) as string[],
    metadata: JSON.parse(row.metadata) as Metadata,
    focalPoint: focalPointOf(row),
  }
}

export function focalPointOf({
  focal_x: x,
  focal_y: y,
}: Pick<DescriptionRow, 'focal_x' | 'focal_y'>): Description['focalPoint'] {
  return x === null || y === null ? null : { x, y }
}

export function descriptionRow({ altText, tags, metadata, focalPoint }: Description): DescriptionRow {
  return {
    alt_text: altText,
    tags: JSON.stringify(tags),
    metadata: JSON.stringify(metadata),
    focal_x: focalPoint?.x ?? null,
    focal_y: focalPoint?.y ?? null,
  }
}
