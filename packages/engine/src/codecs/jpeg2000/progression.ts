/** The five orders in which packets follow each other. Source: ISO/IEC 15444-1 §B.12 */
import type { ProgressionChange, Rect, Tile } from './codestream.ts'
import type { Precinct, Resolution, TileComponent } from './structure.ts'

export interface Packet {
  readonly component: number
  readonly resolution: number
  readonly precinct: Precinct
  readonly layer: number
}

/** All packets of a tile; those that an earlier progression has brought are left out by the reader. */
export function* packetsOf(tile: Tile, rect: Rect, components: readonly TileComponent[]): Generator<Packet> {
  const { layers, order } = tile.style
  const whole: ProgressionChange = {
    firstResolution: 0,
    firstComponent: 0,
    endLayer: layers,
    endResolution: 33,
    endComponent: components.length,
    order,
  }
  for (const change of tile.changes.length > 0 ? tile.changes : [whole]) {
    const bounded = { ...change, endLayer: Math.min(change.endLayer, layers) }
    if (change.order === 0) yield* byLayer(bounded, components)
    else if (change.order === 1) yield* byResolution(bounded, components)
    else yield* byPlace(bounded, components, rect)
  }
}

function* byLayer(change: ProgressionChange, components: readonly TileComponent[]): Generator<Packet> {
  const chosen = chosenOf(change, components)
  for (let layer = 0; layer < change.endLayer; layer++) {
    for (let resolution = change.firstResolution; resolution < change.endResolution; resolution++) {
      for (const [component, { resolutions }] of chosen) {
        for (const precinct of resolutions[resolution]?.precincts ?? []) {
          yield { component, resolution, precinct, layer }
        }
      }
    }
  }
}

function* byResolution(change: ProgressionChange, components: readonly TileComponent[]): Generator<Packet> {
  const chosen = chosenOf(change, components)
  for (let resolution = change.firstResolution; resolution < change.endResolution; resolution++) {
    for (let layer = 0; layer < change.endLayer; layer++) {
      for (const [component, { resolutions }] of chosen) {
        for (const precinct of resolutions[resolution]?.precincts ?? []) {
          yield { component, resolution, precinct, layer }
        }
      }
    }
  }
}

interface Placed {
  readonly component: number
  readonly resolution: number
  readonly precinct: Precinct
  /** Where it begins on the reference grid. */
  readonly x: number
  readonly y: number
  readonly index: number
}

/**
 * The three orders by place: precincts sorted by what the order puts first. The place of a precinct is its corner on
 * the reference grid, cut to the tile.
 */
function* byPlace(
  change: ProgressionChange,
  components: readonly TileComponent[],
  tile: Rect,
): Generator<Packet> {
  const places = chosenOf(change, components).flatMap(([component, { component: sampling, resolutions }]) =>
    resolutions.flatMap((resolution, index) =>
      index < change.firstResolution || index >= change.endResolution
        ? []
        : placesOf(resolution, index, {
            component,
            scaleX: sampling.dx * 2 ** (resolutions.length - 1 - index),
            scaleY: sampling.dy * 2 ** (resolutions.length - 1 - index),
            tile,
          }),
    ),
  )
  places.sort(comparers[change.order] ?? byPrecinct)
  for (const { component, resolution, precinct } of places) {
    for (let layer = 0; layer < change.endLayer; layer++) yield { component, resolution, precinct, layer }
  }
}

type Compare = (a: Placed, b: Placed) => number

const byPrecinct: Compare = (a, b) => a.index - b.index
const byCorner: Compare = (a, b) => a.y - b.y || a.x - b.x
const comparers: Readonly<Record<number, Compare>> = {
  2: (a, b) => a.resolution - b.resolution || byCorner(a, b) || a.component - b.component || byPrecinct(a, b),
  3: (a, b) => byCorner(a, b) || a.component - b.component || a.resolution - b.resolution || byPrecinct(a, b),
  4: (a, b) => a.component - b.component || byCorner(a, b) || a.resolution - b.resolution || byPrecinct(a, b),
}

function placesOf(
  { x0, y0, precincts, precinctsWide, precinctWidth, precinctHeight }: Resolution,
  resolution: number,
  { component, scaleX, scaleY, tile }: { component: number; scaleX: number; scaleY: number; tile: Rect },
): readonly Placed[] {
  const [firstX, firstY] = [Math.floor(x0 / precinctWidth), Math.floor(y0 / precinctHeight)]
  return precincts.map((precinct, index) => ({
    component,
    resolution,
    precinct,
    index,
    x: Math.max(tile.x0, (firstX + (index % precinctsWide)) * precinctWidth * scaleX),
    y: Math.max(tile.y0, (firstY + Math.floor(index / precinctsWide)) * precinctHeight * scaleY),
  }))
}

function chosenOf({ firstComponent, endComponent }: ProgressionChange, components: readonly TileComponent[]) {
  return [...components.entries()].slice(firstComponent, endComponent)
}
