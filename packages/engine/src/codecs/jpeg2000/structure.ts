/**
 * What a tile consists of: resolutions of its components, their bands, precincts and code-blocks.
 * Source: ISO/IEC 15444-1 annex B (figures B.6–B.10)
 */
import { damaged } from '../pixels.ts'
import { type Component, name, type Quantisation, type Rect, type Tile } from './codestream.ts'
import { TagTree } from './tag-tree.ts'

/** Passes whose bytes belong together. */
export interface Segment {
  passes: number
  readonly maxPasses: number
  readonly chunks: Uint8Array[]
}

export interface CodeBlock extends Rect {
  /** Place among the blocks of its precinct. */
  readonly column: number
  readonly row: number
  isIncluded: boolean
  missingPlanes: number
  lengthBits: number
  passes: number
  readonly segments: Segment[]
}

interface PrecinctBand {
  readonly blocks: readonly CodeBlock[]
  readonly inclusion: TagTree
  readonly missing: TagTree
}

export interface Precinct {
  readonly bands: readonly PrecinctBand[]
  /** Layers read so far. */
  layers: number
}

export interface Band extends Rect {
  /** Bit 0: high horizontally, bit 1: high vertically. */
  readonly orientation: number
  readonly planes: number
  readonly step: number
}

export interface Resolution extends Rect {
  readonly precinctsWide: number
  readonly precinctsHigh: number
  readonly precinctWidth: number
  readonly precinctHeight: number
  readonly bands: readonly Band[]
  readonly precincts: readonly Precinct[]
}

export interface TileComponent extends Rect {
  readonly component: Component
  readonly resolutions: readonly Resolution[]
}

/** Blocks and precincts of a tile: 64 by 64 pixels each make fewer in any picture within the limits. */
const maxParts = 2_000_000

/** @throws Problem `source/undecodable` when there would be more parts than any honest encoder makes */
export function structureOf(
  tile: Tile,
  rect: Rect,
  components: readonly Component[],
): readonly TileComponent[] {
  const budget = { parts: maxParts }
  return components.map((component, index) => {
    const { dx, dy } = component
    const own = scaled(rect, dx, dy)
    const coding = tile.components[index]
    if (coding === undefined) throw damaged(name, 'has a component without coding')
    const resolutions = Array.from({ length: coding.style.levels + 1 }, (_, resolution) =>
      resolutionOf(own, resolution, component, coding, budget),
    )
    return { ...own, component, resolutions }
  })
}

function resolutionOf(
  tile: Rect,
  resolution: number,
  component: Component,
  { style, quantisation, shift }: Tile['components'][number],
  budget: { parts: number },
): Resolution {
  const { levels } = style
  const rect = scaled(tile, 2 ** (levels - resolution), 2 ** (levels - resolution))
  const [logX, logY] = style.precincts[resolution] ?? [15, 15]
  const [precinctWidth, precinctHeight] = [2 ** logX, 2 ** logY]
  const isEmpty = rect.x1 <= rect.x0 || rect.y1 <= rect.y0
  const precinctsWide = isEmpty ? 0 : Math.ceil(rect.x1 / precinctWidth) - Math.floor(rect.x0 / precinctWidth)
  const precinctsHigh = isEmpty
    ? 0
    : Math.ceil(rect.y1 / precinctHeight) - Math.floor(rect.y0 / precinctHeight)
  const orientations = resolution === 0 ? [0] : [1, 2, 3]
  const level = resolution === 0 ? levels : levels - resolution + 1
  const bands = orientations.map((orientation) => {
    const { exponent, mantissa } = stepOf(quantisation, resolution, orientation)
    const gain = orientation === 3 ? 2 : orientation === 0 ? 0 : 1
    return {
      ...bandRect(tile, level, orientation),
      orientation,
      planes: quantisation.guardBits + exponent - 1 + shift,
      step: style.isReversible ? 1 : 2 ** (component.bits + gain - exponent) * (1 + mantissa / 2048),
    }
  })
  spend(budget, precinctsWide * precinctsHigh)
  const halves = resolution === 0 ? 0 : 1
  const sides = {
    width: 2 ** (logX - halves),
    height: 2 ** (logY - halves),
    block: [
      2 ** Math.min(style.blockWidth, logX - halves),
      2 ** Math.min(style.blockHeight, logY - halves),
    ] as const,
  }
  const [firstX, firstY] = [Math.floor(rect.x0 / precinctWidth), Math.floor(rect.y0 / precinctHeight)]
  const precincts = Array.from({ length: precinctsWide * precinctsHigh }, (_, index) => {
    const [x, y] = [firstX + (index % precinctsWide), firstY + Math.floor(index / precinctsWide)]
    const own = {
      x0: x * sides.width,
      y0: y * sides.height,
      x1: (x + 1) * sides.width,
      y1: (y + 1) * sides.height,
    }
    return { bands: bands.map((band) => blocksOf(overlap(band, own), sides.block, budget)), layers: 0 }
  })
  return { ...rect, precinctsWide, precinctsHigh, precinctWidth, precinctHeight, bands, precincts }
}

function blocksOf(
  rect: Rect,
  [width, height]: readonly [number, number],
  budget: { parts: number },
): PrecinctBand {
  const isEmpty = rect.x1 <= rect.x0 || rect.y1 <= rect.y0
  const [left, top] = [Math.floor(rect.x0 / width), Math.floor(rect.y0 / height)]
  const columns = isEmpty ? 0 : Math.ceil(rect.x1 / width) - left
  const rows = isEmpty ? 0 : Math.ceil(rect.y1 / height) - top
  spend(budget, columns * rows)
  const blocks = Array.from({ length: columns * rows }, (_, index): CodeBlock => {
    const [column, row] = [index % columns, Math.floor(index / columns)]
    const cell = {
      x0: (left + column) * width,
      y0: (top + row) * height,
      x1: (left + column + 1) * width,
      y1: (top + row + 1) * height,
    }
    const start = { isIncluded: false, missingPlanes: 0, lengthBits: 3, passes: 0, segments: [] }
    return { ...overlap(rect, cell), column, row, ...start }
  })
  return { blocks, inclusion: new TagTree(columns, rows), missing: new TagTree(columns, rows) }
}

function spend(budget: { parts: number }, parts: number): void {
  budget.parts -= parts
  if (budget.parts < 0) throw damaged(name, 'is cut into more parts than are read here')
}

/** §E.1: derived steps get half as large with every level. */
function stepOf({ style, steps }: Quantisation, resolution: number, orientation: number) {
  const index = resolution === 0 ? 0 : 3 * (resolution - 1) + orientation
  const step = steps[style === 1 ? 0 : index]
  if (step === undefined) throw damaged(name, 'does not say how its bands are quantised')
  if (style !== 1 || resolution === 0) return step
  return { ...step, exponent: step.exponent - (resolution - 1) }
}

/** §B.5, equation B-15. */
function bandRect(tile: Rect, level: number, orientation: number): Rect {
  const divisor = 2 ** level
  const half = level === 0 ? 0 : 2 ** (level - 1)
  const [right, down] = [half * (orientation & 1), half * (orientation >> 1)]
  return {
    x0: Math.ceil((tile.x0 - right) / divisor),
    y0: Math.ceil((tile.y0 - down) / divisor),
    x1: Math.ceil((tile.x1 - right) / divisor),
    y1: Math.ceil((tile.y1 - down) / divisor),
  }
}

export function scaled({ x0, y0, x1, y1 }: Rect, dx: number, dy: number): Rect {
  return { x0: Math.ceil(x0 / dx), y0: Math.ceil(y0 / dy), x1: Math.ceil(x1 / dx), y1: Math.ceil(y1 / dy) }
}

function overlap(a: Rect, b: Rect): Rect {
  return {
    x0: Math.max(a.x0, b.x0),
    y0: Math.max(a.y0, b.y0),
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
  }
}
