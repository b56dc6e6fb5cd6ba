/**
 * imgix's `upscale`: what is left of the picture is drawn larger before it is brought to its size.
 *
 * imgix always makes its picture up to four times as large. Here it becomes as large as the size that is asked for
 * needs it, and four times where none is. What would take longer than a request has is only interpolated, unless
 * `upscale-fallback=false` asks for an error.
 */
import type { Limits } from '../../limits/limits.ts'
import { type OperationInput, upscalingMs } from '../../operations/index.ts'
import type { ImgixParameters } from './reader.ts'

type Upscale = Extract<OperationInput, { op: 'upscale' }>

/** The operations of the size with the enlargement at its place among them. */
export function enlarged(
  parameters: ImgixParameters,
  size: readonly OperationInput[],
  limits: Limits,
): readonly OperationInput[] {
  if (parameters.flag('upscale') !== true) return size
  const isOptional = parameters.flag('upscale-fallback') ?? true
  const extent = extentFor(size.at(-1))
  if (extent === undefined) return size
  const most = Math.max(1, Math.floor(limits.deadlineMs / upscalingMs))
  const upscale: Upscale = { op: 'upscale', ...extent, ...(isOptional ? { maxPixels: most } : {}) }
  return [...size.slice(0, -1), upscale, ...size.slice(-1)]
}

/** How large it must become; `undefined` where a share of its own size is asked for. */
function extentFor(last: OperationInput | undefined): Omit<Upscale, 'op'> | undefined {
  if (last?.op !== 'resize') return { factor: 4 }
  const [width, height] = [last.width ?? last.minWidth, last.height ?? last.minHeight]
  const sides = {
    ...(typeof width === 'number' ? { width } : {}),
    ...(typeof height === 'number' ? { height } : {}),
  }
  return Object.keys(sides).length === 0 ? undefined : sides
}
