/** Measures the border that `trim` cuts away. */
import { type Box, type Operation, toRgba } from '@fovea/core/model'
import { pipelineOf, type Raster } from '../image.ts'
import { fullOf } from '../raster/pixels.ts'
import { running } from '../sharp/errors.ts'

type Trim = Extract<Operation, { op: 'trim' }>

/**
 * Box of what is not border; the whole frame when nothing or everything is border.
 * Of an animation the box that holds what any frame shows. `raster` must be upright.
 */
export async function trimBox(raster: Raster, trim: Trim): Promise<Box> {
  const isByAlpha = trim.by === 'alpha' || (trim.by === 'alpha-or-color' && isTransparent(raster))
  return isByAlpha ? visibleBox(raster, trim.threshold) : colourBox(raster, trim)
}

async function colourBox(picture: Raster, { threshold, background }: Trim): Promise<Box> {
  const raster = shallow(picture)
  const whole = { left: 0, top: 0, width: raster.width, height: raster.height }
  // sharp refuses such an image.
  if (raster.width < 3 && raster.height < 3) return whole
  const length = raster.data.length / raster.pages
  const boxes: Box[] = []
  for (let page = 0; page < raster.pages; page++) {
    const frame: Raster = {
      ...raster,
      data: raster.data.subarray(page * length, (page + 1) * length),
      pages: 1,
    }
    const options = background === undefined ? { threshold } : { threshold, background: toRgba(background) }
    const pipeline = pipelineOf(frame).trim(options).raw()
    const { info } = await running(pipeline.toBuffer({ resolveWithObject: true }), 'raster')
    boxes.push({
      left: -(info.trimOffsetLeft ?? 0),
      top: -(info.trimOffsetTop ?? 0),
      width: info.width,
      height: info.height,
    })
  }
  return boxes.reduce(union)
}

/** The picture in 8 bit, in which thresholds and colours are given; sharp's way to 16 misses white by 1 in 257. */
function shallow(raster: Raster): Raster {
  const { data } = raster
  if (!(data instanceof Uint16Array)) return raster
  return { ...raster, data: Uint8Array.from(data, (value) => (value + 128) / 257) }
}

function isTransparent({ data, channels }: Raster): boolean {
  const full = fullOf(data)
  for (let at = 3; channels === 4 && at < data.length; at += 4) if ((data[at] ?? 0) < full) return true
  return false
}

/** Box of what has more alpha than `threshold` (on a scale of 0–255) in any frame. */
function visibleBox({ data, width, height, channels }: Raster, threshold: number): Box {
  const least = (threshold * fullOf(data)) / 255
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let at = 3, pixel = 0; channels === 4 && at < data.length; at += 4, pixel++) {
    if ((data[at] ?? 0) <= least) continue
    const x = pixel % width
    const y = Math.floor(pixel / width) % height
    if (x < left) left = x
    if (x > right) right = x
    if (y < top) top = y
    if (y > bottom) bottom = y
  }
  if (right < 0) return { left: 0, top: 0, width, height }
  return { left, top, width: right + 1 - left, height: bottom + 1 - top }
}

function union(a: Box, b: Box): Box {
  const left = Math.min(a.left, b.left)
  const top = Math.min(a.top, b.top)
  const right = Math.max(a.left + a.width, b.left + b.width)
  const bottom = Math.max(a.top + a.height, b.top + b.height)
  return { left, top, width: right - left, height: bottom - top }
}
