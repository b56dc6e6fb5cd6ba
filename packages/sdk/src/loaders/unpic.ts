/**
 * `@fovea/client/unpic`: a provider in unpic's form, for its components' `transformer` and for tools that read and
 * write addresses of pictures.
 */
import { type DeliveryParameters, deliveryUrl } from '../delivery-url.ts'
import type { Place } from '../responsive.ts'
import { pathIn } from './path-in.ts'
import { formatOf } from './words.ts'

/** unpic's names, beside words of the plain form. */
export interface FoveaOperations extends Omit<DeliveryParameters, 'w' | 'h' | 'q' | 'format'> {
  readonly width?: number | string | undefined
  readonly height?: number | string | undefined
  readonly quality?: number | string | undefined
  readonly format?: DeliveryParameters['format'] | 'jpeg' | undefined
}

/** Writes the address of a path. */
export function generate(src: string | URL, operations: FoveaOperations, place: Place): string {
  const { width, height, quality, format, ...own } = operations
  return deliveryUrl(place, pathIn(place, String(src)), {
    ...own,
    ...(width === undefined ? {} : { w: Math.round(Number(width)) }),
    ...(height === undefined ? {} : { h: Math.round(Number(height)) }),
    ...(quality === undefined ? {} : { q: Math.round(Number(quality)) }),
    ...(format === undefined ? {} : { format: formatOf(format) }),
  })
}

/** Reads an address of the plain form; `null` for any other. `src` is the address without its operations. */
export function extract(
  url: string | URL,
): { readonly src: string; readonly operations: FoveaOperations; readonly options: Place } | null {
  const address = String(url)
  if (!URL.canParse(address)) return null
  const { origin, pathname, searchParams } = new URL(address)
  const found = /^(.*)\/i\/([a-z0-9][a-z0-9-]{0,62})\/(.+)$/.exec(pathname)
  const [, before = '', project, path] = found ?? []
  if (project === undefined || path === undefined) return null
  const operations: Record<string, string | number | true> = {}
  for (const [name, value] of searchParams) {
    // A signature holds for one address: what is made of it needs one of its own.
    if (signature.has(name)) continue
    if (name.startsWith('p:')) operations.preset = name.slice(2)
    else operations[named[name] ?? name] = value === '' ? true : numeric(value)
  }
  const place = { url: `${origin}${before}`, project }
  return { src: `${place.url}/i/${project}/${path}`, operations, options: place }
}

/** Changes the operations of an address that is one of ours, or writes a new one. */
export function transform(src: string | URL, operations: FoveaOperations, place?: Place): string {
  const known = extract(src)
  if (known !== null) return generate(known.src, { ...known.operations, ...operations }, known.options)
  if (place !== undefined) return generate(src, operations, place)
  throw new TypeError(`Fovea: ${JSON.stringify(String(src))} names no project; say { url, project }.`)
}

const signature: ReadonlySet<string> = new Set(['sig', 'exp', 'kid'])
const named: Readonly<Record<string, string>> = { w: 'width', h: 'height', q: 'quality' }

function numeric(value: string): string | number {
  return /^\d{1,9}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value
}
