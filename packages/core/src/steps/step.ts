/**
 * Engine-facing primitives with every number resolved. An operation lowers to steps; the planner packs steps
 * into passes; the engine's `apply.ts` turns each into one engine call.
 *
 * A new member here makes the compiler demand its rank in the engine profile and its case in `apply.ts`.
 */
import type { Rgba } from '../geometry/color.ts'

export type Kernel = 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3'

// biome-ignore format: one line per step
export type Step =
  /** Cuts a box; always inside the image. */
  | { readonly step: 'extract'; readonly left: number; readonly top: number; readonly width: number; readonly height: number }
  /** Scales both sides to exactly this size, aspect not kept. */
  | { readonly step: 'resize'; readonly width: number; readonly height: number; readonly kernel: Kernel }
  /** Cuts width×height around the region a saliency strategy finds; the size is known, the place is not. */
  | { readonly step: 'interest'; readonly width: number; readonly height: number; readonly strategy: 'attention' | 'entropy' }
  /** Top ↔ bottom. */
  | { readonly step: 'flip' }
  /** Left ↔ right. */
  | { readonly step: 'flop' }
  /** Clockwise quarter turns. */
  | { readonly step: 'turn'; readonly quarters: 1 | 2 | 3 }
  /** Clockwise free rotation in degrees; the canvas grows to hold the corners. */
  | { readonly step: 'rotate'; readonly angle: number; readonly background: Rgba }
  /** Adds a border of pixels on each side. */
  | { readonly step: 'extend'; readonly top: number; readonly right: number; readonly bottom: number; readonly left: number; readonly background: Rgba }
  /** Gaussian; sigma in px, 0.3–1000. */
  | { readonly step: 'blur'; readonly sigma: number }
  /** Unsharp in L of LAB; sigma in px, `flat`/`jagged` are the slopes in flat and jagged areas (libvips m1, m2). */
  | { readonly step: 'sharpen'; readonly sigma: number; readonly flat: number; readonly jagged: number }
  | { readonly step: 'greyscale' }
  /** LCH: brightness and saturation multiply, hue adds degrees, lightness adds L units (0–100 scale). */
  | { readonly step: 'modulate'; readonly brightness: number; readonly saturation: number; readonly hue: number; readonly lightness: number }
  /** Composes alpha over a colour and drops it. */
  | { readonly step: 'flatten'; readonly background: Rgba }

export type StepKind = Step['step']

interface StepTraits {
  /** `pointwise` reads one pixel, `neighbourhood` its surroundings, `geometry` moves pixels. */
  readonly kind: 'pointwise' | 'neighbourhood' | 'geometry'
}

export const stepTraits: Readonly<Record<StepKind, StepTraits>> = {
  extract: { kind: 'geometry' },
  resize: { kind: 'geometry' },
  interest: { kind: 'geometry' },
  flip: { kind: 'geometry' },
  flop: { kind: 'geometry' },
  turn: { kind: 'geometry' },
  rotate: { kind: 'geometry' },
  extend: { kind: 'geometry' },
  blur: { kind: 'neighbourhood' },
  sharpen: { kind: 'neighbourhood' },
  greyscale: { kind: 'pointwise' },
  modulate: { kind: 'pointwise' },
  flatten: { kind: 'pointwise' },
}
