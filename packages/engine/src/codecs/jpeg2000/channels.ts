/**
 * From components to pixels: palettes looked up, channels put in their places, subsampled ones repeated, colour
 * differences and printing colours made RGB, every depth brought to 8 or 16 bit.
 */
import { damaged, type PixelHeader, type Pixels } from '../pixels.ts'
import { colourSpaces, type Jp2, type Palette } from './boxes.ts'
import { type Component, name, readSize, type Size } from './codestream.ts'
import type { Plane } from './decode.ts'

/** A channel as the file describes it. */
interface Channel {
  readonly component: number
  readonly column: number | undefined
  readonly bits: number
}

interface Layout {
  readonly width: number
  readonly height: number
  /** In the order grey, or red, green, blue (or luminance and differences, or printing colours). */
  readonly colours: readonly Channel[]
  readonly alpha: Channel | undefined
  readonly isPremultiplied: boolean
  readonly kind: 'grey' | 'rgb' | 'ycc' | 'cmyk'
}

/** @throws Problem `source/undecodable` for colours that are not followed here */
export function layoutOf(file: Jp2): Layout {
  const size = readSize(file.codestream)
  const all = channelsOf(file, size.components)
  const opacity = file.definitions.find(({ kind }) => kind === 1 || kind === 2)
  const isCmyk = file.space === colourSpaces.cmyk
  const guessed = file.definitions.length === 0 && (all.length === 2 || (all.length === 4 && !isCmyk))
  const alphaAt = opacity?.channel ?? (guessed ? all.length - 1 : undefined)
  const places = new Map(
    file.definitions
      .filter(({ kind, association }) => kind === 0 && association > 0)
      .map(({ channel, association }) => [channel, association]),
  )
  const order = (channel: number) => places.get(channel) ?? channel + 1
  const colours = [...all.entries()]
    .filter(([index]) => index !== alphaAt)
    .sort(([a], [b]) => order(a) - order(b))
    .map(([, channel]) => channel)
  const kind = kindOf(file, colours, size)
  return {
    ...pictureSize(size),
    colours: colours.slice(0, kind === 'grey' ? 1 : kind === 'cmyk' ? 4 : 3),
    alpha: alphaAt === undefined ? undefined : all[alphaAt],
    isPremultiplied: opacity?.kind === 2,
    kind,
  }
}

function kindOf({ space }: Jp2, colours: readonly Channel[], { components }: Size): Layout['kind'] {
  if (space !== undefined && !Object.values<number>(colourSpaces).includes(space)) {
    throw damaged(name, `has its colours in space ${space}, which is not read here`)
  }
  if (colours.length === 0) throw damaged(name, 'has no colours')
  if (space === colourSpaces.cmyk && colours.length >= 4) return 'cmyk'
  if (colours.length < 3) return 'grey'
  if (space === colourSpaces.grey) return 'grey'
  // Nobody subsamples red, green or blue.
  const [, second] = components
  const isSubsampled = colours[1]?.column === undefined && second !== undefined && second.dx * second.dy > 1
  return space === colourSpaces.sycc || (isSubsampled && components[0]?.dx === 1) ? 'ycc' : 'rgb'
}

/** One sample of the densest component is one pixel. */
function pictureSize({ image, components }: Size): { width: number; height: number } {
  const dx = Math.min(...components.map((component) => component.dx))
  const dy = Math.min(...components.map((component) => component.dy))
  return {
    width: Math.ceil(image.x1 / dx) - Math.ceil(image.x0 / dx),
    height: Math.ceil(image.y1 / dy) - Math.ceil(image.y0 / dy),
  }
}

function channelsOf({ palette, mappings }: Jp2, components: readonly Component[]): readonly Channel[] {
  if (palette === undefined || mappings === undefined) {
    return components.map(({ bits }, component) => ({ component, column: undefined, bits }))
  }
  return mappings.map(({ component, column }) => {
    const bits = column === undefined ? components[component]?.bits : palette.bits[column]
    if (components[component] === undefined || bits === undefined) {
      throw damaged(name, 'takes a channel from nowhere')
    }
    return { component, column, bits }
  })
}

export function headerOf(file: Jp2, layout: Layout): PixelHeader {
  const { width, height, colours, alpha, kind } = layout
  const isDeep = [...colours, ...(alpha === undefined ? [] : [alpha])].some(({ bits }) => bits > 8)
  const colourCount = kind === 'grey' ? 1 : 3
  return {
    width,
    height,
    channels: alpha !== undefined ? 4 : colourCount,
    depth: isDeep ? 16 : 8,
    ...(file.exif === undefined ? {} : { exif: file.exif }),
  }
}

/** Puts decoded components together. */
export function pixelsFrom(file: Jp2, layout: Layout, planes: readonly Plane[]): Pixels {
  const header = headerOf(file, layout)
  const { width, height, channels, depth } = header
  const count = width * height
  const data = depth === 16 ? new Uint16Array(count * channels) : new Uint8Array(count * channels)
  const full = depth === 16 ? 65_535 : 255
  const readers = layout.colours.map((channel) => rowReader(channel, planes, { file, width, full }))
  const readAlpha =
    layout.alpha === undefined ? undefined : rowReader(layout.alpha, planes, { file, width, full })
  const rows = readers.map(() => new Uint16Array(width))
  const alphaRow = new Uint16Array(width)
  const mix = mixers[layout.kind]
  const pixel = { data, channels, full }
  for (let y = 0; y < height; y++) {
    for (const [index, read] of readers.entries()) read(y, rows[index] ?? alphaRow)
    readAlpha?.(y, alphaRow)
    mix(rows, { ...pixel, at: y * width * channels, width })
    if (readAlpha === undefined) continue
    for (let x = 0; x < width; x++) data[(y * width + x) * 4 + 3] = alphaRow[x] ?? 0
    if (layout.isPremultiplied) divideByAlpha(data.subarray(y * width * 4, (y + 1) * width * 4), full)
  }
  const icc = profileFor(file, layout, header)
  return { ...header, data, ...(icc === undefined ? {} : { icc }) }
}

/** A profile is kept where it is of the colours that come out. */
function profileFor(
  { icc }: Jp2,
  { kind }: Layout,
  { channels, depth }: PixelHeader,
): Uint8Array | undefined {
  if (icc === undefined || icc.length < 128) return undefined
  const space = Buffer.from(icc.subarray(16, 20)).toString('latin1')
  if (kind === 'rgb' && space === 'RGB ') return icc
  return kind === 'grey' && channels === 1 && depth === 8 && space === 'GRAY' ? icc : undefined
}

type RowReader = (y: number, row: Uint16Array) => void

/** Reads a row of a channel in the result's depth; a component of fewer samples is repeated. */
function rowReader(
  { component, column, bits }: Channel,
  planes: readonly Plane[],
  { file, width, full }: { readonly file: Jp2; readonly width: number; readonly full: number },
): RowReader {
  const plane = planes[component]
  if (plane === undefined) throw damaged(name, 'takes a channel from nowhere')
  const table = tableOf(file.palette, column, bits, full)
  const [dx, dy] = ['dx', 'dy'].map((side) => {
    const key = side as 'dx' | 'dy'
    return plane.component[key] / Math.min(...planes.map((other) => other.component[key]))
  }) as [number, number]
  const last = table.length - 1
  return (y, row) => {
    const from = plane.offset + Math.min(Math.floor(y / dy), plane.height - 1) * plane.width * plane.step
    for (let x = 0; x < width; x++) {
      const sample = dx === 1 ? x : Math.min(Math.floor(x / dx), plane.width - 1)
      row[x] = table[Math.min(plane.data[from + sample * plane.step] ?? 0, last)] ?? 0
    }
  }
}

/** Every value of a component as the result has it. */
function tableOf(
  palette: Palette | undefined,
  column: number | undefined,
  bits: number,
  full: number,
): Uint16Array {
  const most = 2 ** bits - 1
  if (palette === undefined || column === undefined) {
    return Uint16Array.from({ length: Math.min(most, 65_535) + 1 }, (_, value) =>
      Math.round((value * full) / most),
    )
  }
  const columns = palette.bits.length
  return Uint16Array.from({ length: palette.entries }, (_, entry) =>
    Math.round(((palette.values[entry * columns + column] ?? 0) * full) / most),
  )
}

interface Target {
  readonly data: Uint8Array | Uint16Array
  readonly channels: number
  readonly full: number
  readonly at: number
  readonly width: number
}

type Mixer = (rows: readonly Uint16Array[], target: Target) => void

const mixers: Readonly<Record<Layout['kind'], Mixer>> = {
  grey([grey = new Uint16Array()], { data, channels, at, width }) {
    for (let x = 0, to = at; x < width; x++, to += channels) {
      const value = grey[x] ?? 0
      data[to] = value
      if (channels < 3) continue
      data[to + 1] = value
      data[to + 2] = value
    }
  },
  rgb([red = new Uint16Array(), green = red, blue = red], { data, channels, at, width }) {
    for (let x = 0, to = at; x < width; x++, to += channels) {
      data[to] = red[x] ?? 0
      data[to + 1] = green[x] ?? 0
      data[to + 2] = blue[x] ?? 0
    }
  },
  /** Amendment 1 to IEC 61966-2-1: sYCC. */
  ycc([light = new Uint16Array(), blueness = light, redness = light], { data, channels, full, at, width }) {
    const middle = (full + 1) / 2
    for (let x = 0, to = at; x < width; x++, to += channels) {
      const y = light[x] ?? 0
      const [cb, cr] = [(blueness[x] ?? 0) - middle, (redness[x] ?? 0) - middle]
      data[to] = within(y + 1.402 * cr, full)
      data[to + 1] = within(y - 0.344136 * cb - 0.714136 * cr, full)
      data[to + 2] = within(y + 1.772 * cb, full)
    }
  },
  cmyk([cyan = new Uint16Array(), magenta = cyan, yellow = cyan, black = cyan], target) {
    const { data, channels, full, at, width } = target
    for (let x = 0, to = at; x < width; x++, to += channels) {
      const light = 1 - (black[x] ?? 0) / full
      data[to] = within((full - (cyan[x] ?? 0)) * light, full)
      data[to + 1] = within((full - (magenta[x] ?? 0)) * light, full)
      data[to + 2] = within((full - (yellow[x] ?? 0)) * light, full)
    }
  },
}

function within(value: number, full: number): number {
  return value < 0 ? 0 : value > full ? full : Math.round(value)
}

function divideByAlpha(row: Uint8Array | Uint16Array, full: number): void {
  for (let at = 0; at < row.length; at += 4) {
    const alpha = row[at + 3] ?? 0
    if (alpha === 0 || alpha === full) continue
    for (let channel = at; channel < at + 3; channel++) {
      row[channel] = within(((row[channel] ?? 0) * full) / alpha, full)
    }
  }
}
