/** Pixels as models look at them. */
import { fullOf, type Pixels, type Samples, withChannels } from '../raster/pixels.ts'
import { sharp } from '../sharp/setup.ts'
import type { View } from './model.ts'

/** What lies behind transparent pixels: no detector takes mid-grey for anything. */
const behind = { r: 128, g: 128, b: 128 }

export function viewOf(picture: Pixels): View {
  return {
    async letterbox(side, filling) {
      const scale = side / Math.max(picture.width, picture.height)
      const width = Math.max(1, Math.round(picture.width * scale))
      const height = Math.max(1, Math.round(picture.height * scale))
      const background = { r: filling, g: filling, b: filling }
      const rgb = await opaque(picture)
        .resize(width, height, { fit: 'fill' })
        .extend({ right: side - width, bottom: side - height, background })
        .raw()
        .toBuffer()
      return { rgb, side, width: width / side, height: height / side }
    },
    whole() {
      const { width, height } = picture
      return { planes: planesOf(picture), width, height }
    },
    stretched: (width, height) => opaque(picture).resize(width, height, { fit: 'fill' }).raw().toBuffer(),
  }
}

function planesOf(picture: Pixels): Float32Array {
  const { data, channels } = withChannels(picture, 3)
  const full = fullOf(data)
  const count = data.length / channels
  const planes = new Float32Array(count * 3)
  for (let at = 0, from = 0; at < count; at++, from += channels) {
    planes[at] = (data[from] ?? 0) / full
    planes[count + at] = (data[from + 1] ?? 0) / full
    planes[2 * count + at] = (data[from + 2] ?? 0) / full
  }
  return planes
}

function opaque(picture: Pixels) {
  const { data, width, height, channels } = withChannels(picture, 3)
  const frame = bytesOf(data.subarray(0, width * height * channels))
  const pipeline = sharp(frame, { limitInputPixels: false, raw: { width, height, channels } })
  return (channels === 4 ? pipeline.flatten({ background: behind }) : pipeline).toColourspace('srgb')
}

function bytesOf(samples: Samples): Uint8Array {
  return samples instanceof Uint16Array ? Uint8Array.from(samples, (value) => value >> 8) : samples
}
