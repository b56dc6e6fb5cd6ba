/**
 * One spelling of a resize for all dialects: options that cannot change the picture take their plain value, so the
 * same picture asked for in two dialects meets in one key.
 */
import type { Operation } from '../operations/index.ts'

export type Resize = Extract<Operation, { op: 'resize' }>

/** Transparent black: the canonical background where none is visible. */
export const noColor = '#00000000'

export interface ResizeTerms {
  readonly width: number | undefined
  readonly height: number | undefined
  readonly fit: Resize['fit']
  readonly position?: Resize['position']
  readonly background?: string
  readonly upscale: boolean
  readonly downscale?: boolean
}

/**
 * With one side only there is nothing to fit: the ratio is kept whatever `fit` says. `position` matters where
 * something is cut or placed (cover, contain), `background` where something is added (contain).
 */
export function canonicalResize(terms: ResizeTerms): Resize {
  const { width, height } = terms
  const fit = width === undefined || height === undefined ? 'cover' : terms.fit
  const boxed = width !== undefined && height !== undefined
  return {
    op: 'resize',
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    fit,
    position:
      boxed && (fit === 'cover' || fit === 'contain') ? (terms.position ?? 'focal-point') : 'focal-point',
    background: boxed && fit === 'contain' ? (terms.background ?? noColor) : noColor,
    upscale: terms.upscale,
    downscale: terms.downscale ?? true,
    fill: 'color',
    fillOpacity: 1,
    whenSmaller: 'fit',
    kernel: 'lanczos3',
  }
}

/** Rounds to four decimals, half up: the precision of the canonical form. */
export function roundFraction(value: number): number {
  return Math.floor(value * 10_000 + 0.5) / 10_000
}
