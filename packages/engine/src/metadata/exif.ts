/** What an EXIF block says about a picture, in words; whatever is damaged or out of range is left out. */
import type { PictureDetails } from '../pool/picture-facts.ts'
import { type ExifTags, readExif, type TagValue } from './tiff-tags.ts'

export interface Rights {
  readonly artist?: string
  readonly copyright?: string
}

/** `exif` as sharp gives it: with or without the `Exif` marker in front. */
export function rightsInExif(exif: Uint8Array): Rights {
  const { artist, copyright } = detailsInExif(exif)
  return { ...(artist === undefined ? {} : { artist }), ...(copyright === undefined ? {} : { copyright }) }
}

export function detailsInExif(block: Uint8Array): PictureDetails {
  const tags = readExif(block)
  const { main, exif } = tags
  const found = withoutGaps({
    artist: text(main.get(0x013b)),
    copyright: text(main.get(0x8298)),
    caption: text(main.get(0x010e)),
    software: text(main.get(0x0131)),
    rating: ratingOf(first(main.get(0x4746))),
    takenAt: timeOf(exif.get(0x9003) ?? exif.get(0x9004), exif.get(0x9011) ?? exif.get(0x9012)),
    camera: withoutGaps({
      make: text(main.get(0x010f)),
      model: text(main.get(0x0110)),
      lens: text(exif.get(0xa434)),
    }),
    exposure: withoutGaps({
      seconds: within(first(exif.get(0x829a)), 0, 1e6),
      fNumber: within(first(exif.get(0x829d)), 0.1, 1_000),
      iso: within(first(exif.get(0x8827)), 1, 1e8),
      bias: within(first(exif.get(0x9204)), -100, 100),
      focalLength: within(first(exif.get(0x920a)), 0.1, 1e5),
      focalLength35mm: within(first(exif.get(0xa405)), 1, 1e5),
      flash: flashOf(first(exif.get(0x9209))),
    }),
    location: locationOf(tags),
    equipment: withoutGaps({
      bodySerial: text(exif.get(0xa431)),
      lensSerial: text(exif.get(0xa435)),
      owner: text(exif.get(0xa430)),
    }),
  })
  return found ?? {}
}

/** −1 (rejected) and 1–5; 0 is "not rated". */
export function ratingOf(value: number | undefined): number | undefined {
  return value !== undefined && Number.isInteger(value) && value >= -1 && value <= 5 && value !== 0
    ? value
    : undefined
}

type Filled<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The object without members that are undefined; undefined when nothing is left of it. */
export function withoutGaps<T extends object>(given: T): Filled<T> | undefined {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Filled<T>)
}

/**
 * `YYYY:MM:DD hh:mm:ss` as ISO 8601: local time, with the offset from UTC where the camera wrote it.
 * `undefined` for dates that no calendar has.
 */
function timeOf(time: TagValue | undefined, offset: TagValue | undefined): string | undefined {
  const match = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(text(time) ?? '')
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const parsed = new Date(`${local}Z`)
  if (Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(local)) return undefined
  const zone = /^[+-](?:0\d|1[0-4]):[0-5]\d$/.exec(text(offset) ?? '')?.[0]
  return local + (zone ?? '')
}

/** Bit 0 says whether it fired. */
function flashOf(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : (value & 1) === 1
}

function locationOf({ gps }: ExifTags): PictureDetails['location'] | undefined {
  const latitude = degrees(gps.get(2), text(gps.get(1)), 'NS', 90)
  const longitude = degrees(gps.get(4), text(gps.get(3)), 'EW', 180)
  if (latitude === undefined || longitude === undefined) return undefined
  const height = within(first(gps.get(6)), 0, 1e5)
  const altitude = height === undefined ? undefined : first(gps.get(5)) === 1 ? -height : height
  return { latitude, longitude, ...(altitude === undefined ? {} : { altitude }) }
}

/** Degrees, minutes and seconds as one number, negative in the second half of the world; six decimals are a hand's width. */
function degrees(
  value: TagValue | undefined,
  reference: string | undefined,
  halves: 'NS' | 'EW',
  most: number,
): number | undefined {
  if (typeof value !== 'object' || value.length !== 3) return undefined
  const [whole = Number.NaN, minutes = Number.NaN, seconds = Number.NaN] = value
  const angle = whole + minutes / 60 + (Number.isNaN(seconds) ? 0 : seconds) / 3600
  const half = halves.indexOf(reference?.charAt(0).toUpperCase() ?? '?')
  if (!(angle >= 0 && angle <= most) || half < 0) return undefined
  return Math.round((half === 0 ? angle : -angle) * 1e6) / 1e6
}

function text(value: TagValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function first(value: TagValue | undefined): number | undefined {
  return typeof value === 'object' ? value[0] : undefined
}

/** Six decimals of a number in its range; NaN is in none. */
function within(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? Math.round(value * 1e6) / 1e6 : undefined
}
