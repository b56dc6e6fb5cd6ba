/**
 * Engine-facing primitives with every number resolved. An operation lowers to steps; the planner packs steps
 * into passes; the engine's `apply.ts` turns each into one engine call.
 *
 * A new member here makes the compiler demand its traits below, its cost, and its case in `apply.ts` unless it is
 * done on raw pixels; any other needs its rank in the engine profile.
 */
import type { Rgba } from '../geometry/color.ts'
import type { Placement } from '../geometry/placement.ts'
import type { BlendMode } from './blend.ts'
import type { CurveShape } from './curve.ts'
import type { TextStep } from './text.ts'

/** One number for each of R, G, B and alpha. */
export type FourChannels = readonly [r: number, g: number, b: number, alpha: number]
type Three = readonly [number, number, number]
/** Horizontal and vertical radius of a corner, px. */
interface Radii {
  readonly x: number
  readonly y: number
}

/** How far the tones of an image are stretched; all numbers are shares of 1. */
interface Levels {
  /** Share of the pixels that may become black, and of those that may become white. */
  readonly clip: number
  /** The contrast grows by no more than this factor. */
  readonly maxGain: number
  /** How far the mean goes to middle grey. */
  readonly midtones: number
  /** Gamma that moves the mean stays between 1 / this and this. */
  readonly maxGamma: number
  /** How much of all this is done. */
  readonly amount: number
}

/** Clockwise from top left. */
export type Corners = readonly [Radii, Radii, Radii, Radii]

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
  /** Adds a border on each side: of a colour, or with `edges` of the outermost pixels or of the reflection. */
  | { readonly step: 'extend'; readonly top: number; readonly right: number; readonly bottom: number; readonly left: number; readonly background: Rgba; readonly edges?: 'copy' | 'mirror' }
  /** Adds room on each side, filled with a blurred copy of the image that covers the whole, `opacity` (0–1) of it over a colour. */
  | { readonly step: 'backdrop'; readonly top: number; readonly right: number; readonly bottom: number; readonly left: number; readonly background: Rgba; readonly sigma: number; readonly opacity: number }
  /** Gaussian; sigma in px, from 0.3 on. */
  | { readonly step: 'blur'; readonly sigma: number }
  /** Unsharp in L of LAB; sigma in px, `flat`/`jagged` are the slopes in flat and jagged areas (libvips m1, m2). */
  | { readonly step: 'sharpen'; readonly sigma: number; readonly flat: number; readonly jagged: number }
  | { readonly step: 'greyscale' }
  /** LCH: brightness and saturation multiply, hue adds degrees, lightness adds L units (0–100 scale). */
  | { readonly step: 'modulate'; readonly brightness: number; readonly saturation: number; readonly hue: number; readonly lightness: number }
  /** Composes alpha over a colour and drops it. */
  | { readonly step: 'flatten'; readonly background: Rgba }
  /** The middle value of the square window of `size` px around each pixel, each channel on its own. */
  | { readonly step: 'median'; readonly size: number }
  /** Adds `amount` of the difference to a blur of `sigma` px where it is at least `threshold` (0–255). */
  | { readonly step: 'unsharp'; readonly sigma: number; readonly amount: number; readonly threshold: number }
  /** Stretches L of LAB so that these percentiles of the image become black and white. */
  | { readonly step: 'normalise'; readonly lower: number; readonly upper: number }
  /** value × gain + offset on a scale of 0–255, clamped; an alpha that is asked for is added (opaque) first. */
  | { readonly step: 'linear'; readonly gain: FourChannels; readonly offset: FourChannels }
  /** One tone curve for red, green and blue; see curve.ts. */
  | { readonly step: 'curve'; readonly shape: CurveShape; readonly amount: number }
  /** New red, green and blue as weighted sums of the old: rows of the matrix, clamped. */
  | { readonly step: 'recomb'; readonly matrix: readonly [Three, Three, Three] }
  /** Moves colours away from (1) or to (−1) their grey, the paler the colour the more. */
  | { readonly step: 'vibrance'; readonly amount: number }
  /** Colours grey by its lightness: L stays, a and b are the colour's, strongest in the mid-tones. */
  | { readonly step: 'tint'; readonly color: Rgba }
  /** Lays the grey of each pixel out along colours at even distances; `amount` (0–1) of it over the old colours. */
  | { readonly step: 'shades'; readonly colors: readonly Rgba[]; readonly amount: number }
  /** Black round dots on white, whose area tells the grey: a screen of `size` px between dots, turned by `angle` degrees. */
  | { readonly step: 'halftone'; readonly size: number; readonly angle: number }
  /** White where grey is at least a threshold that varies evenly around `value` (0–255) from pixel to pixel. */
  | { readonly step: 'dither'; readonly value: number }
  /** Weighted mean of the pixels up to `radius` away that differ by about `tolerance` (0–1) or less. */
  | { readonly step: 'denoise'; readonly radius: number; readonly tolerance: number }
  /** Stretches the tones of all colours alike to what the image holds; see {@link Levels}. */
  | { readonly step: 'levels' } & Levels
  /** Steps that keep the size, done to a box of the image alone, which sees nothing of what lies outside. */
  | { readonly step: 'within'; readonly left: number; readonly top: number; readonly width: number; readonly height: number; readonly steps: readonly Step[] }
  /** Keeps alpha inside a box with elliptic corners (clockwise from top left) and clears it outside, edges smoothed. */
  | { readonly step: 'mask'; readonly left: number; readonly top: number; readonly width: number; readonly height: number; readonly corners: Corners }
  /** Lays a colour over what is outside such a box, edges smoothed; alpha stays where it was opaque. */
  | { readonly step: 'encircle'; readonly left: number; readonly top: number; readonly width: number; readonly height: number; readonly corners: Corners; readonly color: Rgba }
  /** Enlarges a whole number of times, with `detail` (0–1) of what a model draws. */
  | { readonly step: 'upscale'; readonly factor: 2 | 3 | 4; readonly detail: number }
  /**
   * Clears what does not belong to the subject. With a placement the source's matte says what does, else one of these
   * pixels; of a solid one only the edge is half clear. A frame of which a larger part than `maxTransparency` (0–1) is clear stays as it is; so do all of them
   * without a model, where the step is optional.
   */
  | { readonly step: 'cutOut'; readonly placement?: Placement; readonly isSolid?: boolean; readonly maxTransparency?: number; readonly isOptional?: boolean }
  /** Lays another picture (by its key), made ready by the steps of `layer`, over each frame; what is outside is not drawn. */
  | { readonly step: 'composite'; readonly picture: string; readonly layer: readonly Step[]; readonly left: number; readonly top: number; readonly blend: BlendMode; readonly opacity: number; readonly every?: { readonly x: number; readonly y: number } }
  /** Multiplies alpha with a channel of another picture, which the steps of `layer` bring to the frame's size. */
  | { readonly step: 'stencil'; readonly picture: string; readonly layer: readonly Step[]; readonly channel: 'alpha' | 'luminance'; readonly isInverted: boolean }
  /** Lays a colour, or a gradient along an angle of CSS, over each frame. */
  | { readonly step: 'wash'; readonly from: Rgba; readonly to: Rgba; readonly angle: number; readonly blend: BlendMode; readonly opacity: number }
  /** Writes on the image, over what is there. */
  | TextStep

export type StepKind = Step['step']

interface StepTraits {
  /** `pointwise` reads one pixel, `neighbourhood` its surroundings, `geometry` moves pixels. */
  readonly kind: 'pointwise' | 'neighbourhood' | 'geometry'
  /** Done on raw pixels, one step at a time: wants pixels before it and leaves pixels behind. */
  readonly onPixels?: true
}

const traits = {
  extract: { kind: 'geometry' },
  resize: { kind: 'geometry' },
  interest: { kind: 'geometry' },
  flip: { kind: 'geometry' },
  flop: { kind: 'geometry' },
  turn: { kind: 'geometry' },
  rotate: { kind: 'geometry' },
  extend: { kind: 'geometry' },
  backdrop: { kind: 'geometry', onPixels: true },
  blur: { kind: 'neighbourhood' },
  sharpen: { kind: 'neighbourhood' },
  greyscale: { kind: 'pointwise' },
  modulate: { kind: 'pointwise' },
  flatten: { kind: 'pointwise' },
  median: { kind: 'neighbourhood' },
  unsharp: { kind: 'neighbourhood', onPixels: true },
  // Reads the whole image before it changes a pixel.
  normalise: { kind: 'neighbourhood' },
  linear: { kind: 'pointwise', onPixels: true },
  curve: { kind: 'pointwise', onPixels: true },
  recomb: { kind: 'pointwise', onPixels: true },
  vibrance: { kind: 'pointwise', onPixels: true },
  tint: { kind: 'pointwise', onPixels: true },
  shades: { kind: 'pointwise', onPixels: true },
  halftone: { kind: 'geometry', onPixels: true },
  dither: { kind: 'geometry', onPixels: true },
  denoise: { kind: 'neighbourhood', onPixels: true },
  // Reads the whole image before it changes a pixel.
  levels: { kind: 'neighbourhood', onPixels: true },
  within: { kind: 'geometry', onPixels: true },
  mask: { kind: 'geometry', onPixels: true },
  upscale: { kind: 'geometry', onPixels: true },
  // They know places on the frame.
  cutOut: { kind: 'geometry', onPixels: true },
  composite: { kind: 'geometry', onPixels: true },
  stencil: { kind: 'geometry', onPixels: true },
  wash: { kind: 'geometry', onPixels: true },
  text: { kind: 'geometry', onPixels: true },
  encircle: { kind: 'geometry', onPixels: true },
} as const satisfies Readonly<Record<StepKind, StepTraits>>

export const stepTraits: Readonly<Record<StepKind, StepTraits>> = traits

/** Steps that are done on raw pixels. */
export type PixelStepKind = {
  [K in StepKind]: (typeof traits)[K] extends { readonly onPixels: true } ? K : never
}[StepKind]

export const pixelSteps: readonly PixelStepKind[] = (Object.keys(traits) as StepKind[]).filter(isPixelStep)

function isPixelStep(kind: StepKind): kind is PixelStepKind {
  return stepTraits[kind].onPixels === true
}
