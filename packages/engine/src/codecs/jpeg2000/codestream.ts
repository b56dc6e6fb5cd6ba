/**
 * The markers of a JPEG 2000 codestream: sizes, coding styles, quantisation and the tile parts they govern.
 *
 * Numbers are checked here, so that later stages may trust them. Source: ISO/IEC 15444-1 annex A
 */
import { checkedSides, damaged } from '../pixels.ts'

export const name = 'JPEG 2000'

export interface Component {
  readonly bits: number
  readonly isSigned: boolean
  /** Distance of samples on the reference grid. */
  readonly dx: number
  readonly dy: number
}

/** Rectangles on the reference grid; the end lies outside. */
export interface Rect {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

export interface Size {
  readonly image: Rect
  /** The first tile, which may begin outside of the image. */
  readonly tile: Rect
  readonly components: readonly Component[]
}

/** How one component of a tile is coded. */
export interface ComponentStyle {
  readonly levels: number
  /** Logarithms of the sides of a code-block. */
  readonly blockWidth: number
  readonly blockHeight: number
  /** See `block-decoder.ts`. */
  readonly blockStyle: number
  readonly isReversible: boolean
  /** Logarithms of the sides of a precinct, by resolution. */
  readonly precincts: readonly (readonly [x: number, y: number])[]
}

export interface Quantisation {
  readonly guardBits: number
  /** 0 none, 1 derived from the first step, 2 each band its own. */
  readonly style: number
  readonly steps: readonly { readonly exponent: number; readonly mantissa: number }[]
}

export interface ProgressionChange {
  readonly firstResolution: number
  readonly firstComponent: number
  readonly endLayer: number
  readonly endResolution: number
  readonly endComponent: number
  readonly order: number
}

/** What a header says: of the whole codestream, or of one tile. */
interface Header {
  style?: TileStyle
  defaultStyle?: ComponentStyle
  defaultQuantisation?: Quantisation
  readonly styles: Map<number, ComponentStyle>
  readonly quantisations: Map<number, Quantisation>
  readonly shifts: Map<number, number>
  changes: ProgressionChange[]
}

export interface TileStyle {
  readonly order: number
  readonly layers: number
  readonly isTransformed: boolean
  readonly hasStartMarkers: boolean
  readonly hasEndMarkers: boolean
}

export interface Tile {
  readonly index: number
  readonly style: TileStyle
  readonly changes: readonly ProgressionChange[]
  readonly components: readonly {
    readonly style: ComponentStyle
    readonly quantisation: Quantisation
    /** Bits by which a region of interest was lifted. */
    readonly shift: number
  }[]
  readonly data: readonly Uint8Array[]
}

const [siz, cod, coc, qcd, qcc, rgn, poc] = [0xff51, 0xff52, 0xff53, 0xff5c, 0xff5d, 0xff5e, 0xff5f]
const [ppm, ppt, sot, sod, eoc] = [0xff60, 0xff61, 0xff90, 0xff93, 0xffd9]
/** Fewer than 257, so that markers name components in one byte. */
const maxComponents = 16
const changeBytes = 7
const maxLevels = 32

/** Reads what stands first in every codestream. */
export function readSize(bytes: Uint8Array): Size {
  const view = viewOf(bytes)
  if (bytes.length < 41 || view.getUint16(0) !== 0xff4f || view.getUint16(2) !== siz) {
    throw damaged(name, 'does not begin with its size')
  }
  if ((view.getUint16(6) & 0x4000) !== 0)
    throw damaged(name, 'is high-throughput coded, which is not read here')
  const at = (index: number) => view.getUint32(8 + index * 4)
  const image = { x1: at(0), y1: at(1), x0: at(2), y0: at(3) }
  const tile = { x0: at(6), y0: at(7), x1: at(6) + at(4), y1: at(7) + at(5) }
  checkedSides(name, image.x1 - image.x0, image.y1 - image.y0)
  const isTiled =
    at(4) > 0 &&
    at(5) > 0 &&
    tile.x0 <= image.x0 &&
    tile.y0 <= image.y0 &&
    tile.x1 > image.x0 &&
    tile.y1 > image.y0
  if (!isTiled) throw damaged(name, 'has tiles beside the picture')
  const count = view.getUint16(40)
  if (count < 1 || count > maxComponents) throw damaged(name, `has ${count} components`)
  const components = Array.from({ length: count }, (_, index) => readComponent(view, 42 + index * 3))
  return { image, tile, components }
}

function readComponent(view: DataView, at: number): Component {
  const precision = view.getUint8(at)
  const [dx, dy] = [view.getUint8(at + 1), view.getUint8(at + 2)]
  const bits = (precision & 127) + 1
  if (dx === 0 || dy === 0 || bits > 16)
    throw damaged(name, `has a component of ${bits} bit every ${dx}×${dy}`)
  return { bits, isSigned: precision > 127, dx, dy }
}

/** Tiles in the order of their first parts, with their data. */
export function readTiles(bytes: Uint8Array, size: Size): readonly Tile[] {
  const view = viewOf(bytes)
  const main = emptyHeader()
  const tiles = new Map<number, { header: Header; data: Uint8Array[] }>()
  let at = readSegments(view, 2, main)
  while (at + 12 <= bytes.length && view.getUint16(at) === sot) {
    const index = view.getUint16(at + 4)
    const length = view.getUint32(at + 6)
    const end = length === 0 ? bytes.length : at + length
    if (index >= tileCount(size)) throw damaged(name, `has a tile ${index} outside of the picture`)
    if (end > bytes.length) throw damaged(name, 'ends within a tile')
    const tile = tiles.get(index) ?? { header: emptyHeader(), data: [] }
    tiles.set(index, tile)
    const dataAt = readSegments(view, at + 12, tile.header) + 2
    if (dataAt > end) throw damaged(name, 'has a tile part whose header does not fit')
    tile.data.push(bytes.subarray(dataAt, end))
    at = end
  }
  return [...tiles].map(([index, { header, data }]) => ({ ...settled(index, main, header, size), data }))
}

function tileCount({ image, tile }: Size): number {
  const [columns, rows] = tileGrid({ image, tile })
  return columns * rows
}

function tileGrid({ image, tile }: Pick<Size, 'image' | 'tile'>): readonly [columns: number, rows: number] {
  return [
    Math.ceil((image.x1 - tile.x0) / (tile.x1 - tile.x0)),
    Math.ceil((image.y1 - tile.y0) / (tile.y1 - tile.y0)),
  ]
}

/** The part of the picture that a tile covers. */
export function tileRect({ image, tile }: Size, index: number): Rect {
  const [columns] = tileGrid({ image, tile })
  const [width, height] = [tile.x1 - tile.x0, tile.y1 - tile.y0]
  const [left, top] = [tile.x0 + (index % columns) * width, tile.y0 + Math.floor(index / columns) * height]
  return {
    x0: Math.max(left, image.x0),
    y0: Math.max(top, image.y0),
    x1: Math.min(left + width, image.x1),
    y1: Math.min(top + height, image.y1),
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function emptyHeader(): Header {
  return { styles: new Map(), quantisations: new Map(), shifts: new Map(), changes: [] }
}

/** Reads marker segments up to the data or the first tile part; returns where those begin. */
function readSegments(view: DataView, start: number, header: Header): number {
  let at = start
  for (;;) {
    const marker = view.getUint16(at)
    if (marker === sot || marker === sod || marker === eoc) return at
    if (marker < 0xff00) throw damaged(name, 'has bytes between its markers')
    const length = view.getUint16(at + 2)
    if (length < 2 || at + 2 + length > view.byteLength) throw damaged(name, 'has a marker that does not fit')
    const body = new DataView(view.buffer, view.byteOffset + at + 4, length - 2)
    readSegment(marker, body, header)
    at += 2 + length
  }
}

function readSegment(marker: number, body: DataView, header: Header): void {
  if (marker === cod) {
    const scheme = body.getUint8(0)
    header.style = readTileStyle(body, scheme)
    header.defaultStyle = readComponentStyle(body, 5, (scheme & 1) !== 0)
  } else if (marker === coc) {
    const hasPrecincts = (body.getUint8(1) & 1) !== 0
    header.styles.set(body.getUint8(0), readComponentStyle(body, 2, hasPrecincts))
  } else if (marker === qcd) header.defaultQuantisation = readQuantisation(body, 0)
  else if (marker === qcc) header.quantisations.set(body.getUint8(0), readQuantisation(body, 1))
  else if (marker === rgn) header.shifts.set(body.getUint8(0), body.getUint8(2))
  else if (marker === poc) header.changes.push(...readChanges(body))
  else if (marker === ppm || marker === ppt)
    throw damaged(name, 'has packed packet headers, which are not read here')
}

function readTileStyle(body: DataView, scheme: number): TileStyle {
  const style = {
    order: body.getUint8(1),
    layers: body.getUint16(2),
    isTransformed: body.getUint8(4) === 1,
    hasStartMarkers: (scheme & 2) !== 0,
    hasEndMarkers: (scheme & 4) !== 0,
  }
  if (style.order > 4 || style.layers === 0) throw damaged(name, `has its packets in order ${style.order}`)
  return style
}

function readComponentStyle(body: DataView, at: number, hasPrecincts: boolean): ComponentStyle {
  const levels = body.getUint8(at)
  const [blockWidth, blockHeight] = [(body.getUint8(at + 1) & 15) + 2, (body.getUint8(at + 2) & 15) + 2]
  if (levels > maxLevels || blockWidth > 10 || blockHeight > 10 || blockWidth + blockHeight > 12) {
    throw damaged(name, `has ${levels} levels of code-blocks of 2^${blockWidth}×2^${blockHeight}`)
  }
  const precincts = Array.from({ length: levels + 1 }, (_, resolution): readonly [number, number] => {
    if (!hasPrecincts) return [15, 15]
    const sides = body.getUint8(at + 5 + resolution)
    if (resolution > 0 && ((sides & 15) === 0 || sides >> 4 === 0))
      throw damaged(name, 'has precincts without size')
    return [sides & 15, sides >> 4]
  })
  const blockStyle = body.getUint8(at + 3)
  return { levels, blockWidth, blockHeight, blockStyle, isReversible: body.getUint8(at + 4) === 1, precincts }
}

function readQuantisation(body: DataView, at: number): Quantisation {
  const first = body.getUint8(at)
  const style = first & 31
  if (style > 2) throw damaged(name, `is quantised in style ${style}`)
  const width = style === 0 ? 1 : 2
  const steps = Array.from({ length: Math.floor((body.byteLength - at - 1) / width) }, (_, index) => {
    const value = style === 0 ? body.getUint8(at + 1 + index) << 8 : body.getUint16(at + 1 + index * 2)
    return { exponent: value >> 11, mantissa: style === 0 ? 0 : value & 0x7ff }
  })
  return { guardBits: first >> 5, style, steps }
}

function readChanges(body: DataView): readonly ProgressionChange[] {
  return Array.from({ length: Math.floor(body.byteLength / changeBytes) }, (_, index) => {
    const at = index * changeBytes
    const order = body.getUint8(at + 6)
    if (order > 4) throw damaged(name, `has its packets in order ${order}`)
    return {
      firstResolution: body.getUint8(at),
      firstComponent: body.getUint8(at + 1),
      endLayer: body.getUint16(at + 2),
      endResolution: body.getUint8(at + 4),
      // 256 does not fit and is written as 0.
      endComponent: body.getUint8(at + 5) || 256,
      order,
    }
  })
}

/** A tile's own header before the main one, a component's own segment before the default. */
function settled(index: number, main: Header, own: Header, { components }: Size): Omit<Tile, 'data'> {
  const style = own.style ?? main.style
  if (style === undefined) throw damaged(name, 'does not say how it is coded')
  return {
    index,
    style,
    changes: own.changes.length > 0 ? own.changes : main.changes,
    components: components.map((_, component) => {
      const componentStyle =
        own.styles.get(component) ?? own.defaultStyle ?? main.styles.get(component) ?? main.defaultStyle
      const quantisation =
        own.quantisations.get(component) ??
        own.defaultQuantisation ??
        main.quantisations.get(component) ??
        main.defaultQuantisation
      if (componentStyle === undefined || quantisation === undefined) {
        throw damaged(name, `does not say how component ${component} is coded`)
      }
      return {
        style: componentStyle,
        quantisation,
        shift: own.shifts.get(component) ?? main.shifts.get(component) ?? 0,
      }
    }),
  }
}
