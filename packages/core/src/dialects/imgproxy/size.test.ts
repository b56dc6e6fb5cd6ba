/** Sizes of every resizing type against imgproxy's own arithmetic, for boxes and pictures of all shapes. */
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../limits/index.ts'
import { type Frame, frameBehind, lowerOperation } from '../../operations/index.ts'
import { bareContext, parseWith } from '../dialect.test-kit.ts'
import { imgproxy } from './index.ts'

interface Size {
  readonly width: number
  readonly height: number
}

interface Asked extends Size {
  readonly type: 'fit' | 'fill' | 'fill-down' | 'force' | 'auto'
  readonly enlarge: boolean
  readonly zoom: number
  readonly minWidth: number
  readonly minHeight: number
}

/** Source: imgproxy 3, `calcScale` and `cropToResult` of its processing. */
function reference(source: Size, asked: Asked): Size {
  const across = asked.width === 0 ? source.width : asked.width
  const down = asked.height === 0 ? source.height : asked.height
  let [w, h] = [source.width / across, source.height / down]
  const isAlike = source.width >= source.height === across >= down
  const type = asked.type === 'auto' ? (isAlike ? 'fill' : 'fit') : asked.type
  if (asked.width === 0 && type !== 'force') w = h
  else if (asked.height === 0 && type !== 'force') h = w
  else if (type === 'fit') w = h = Math.max(w, h)
  else if (type === 'fill' || type === 'fill-down') w = h = Math.min(w, h)
  ;[w, h] = [w / asked.zoom, h / asked.zoom]
  const least = Math.min(w, h)
  if (!asked.enlarge && least < 1) [w, h] = [w / least, h / least]
  if (asked.minWidth > 0 && source.width / asked.minWidth < w) {
    h /= w / (source.width / asked.minWidth)
    w = source.width / asked.minWidth
  }
  if (asked.minHeight > 0 && source.height / asked.minHeight < h) {
    w /= h / (source.height / asked.minHeight)
    h = source.height / asked.minHeight
  }
  const scaled = { width: Math.round(source.width / w), height: Math.round(source.height / h) }
  let [resultWidth, resultHeight] = [asked.width * asked.zoom, asked.height * asked.zoom]
  if (asked.type === 'fill-down' && resultWidth > 0 && resultHeight > 0) {
    const fits = Math.min(1, scaled.width / resultWidth, scaled.height / resultHeight)
    ;[resultWidth, resultHeight] = [resultWidth * fits, resultHeight * fits]
  }
  return {
    width: Math.min(scaled.width, Math.round(resultWidth) || scaled.width),
    height: Math.min(scaled.height, Math.round(resultHeight) || scaled.height),
  }
}

function made(source: Size, options: string): Size {
  let frame: Frame = {
    ...source,
    hasAlpha: false,
    pages: 1,
    format: 'jpeg',
    facts: {},
    limits: defaultLimits,
  }
  const { pipeline } = parseWith(imgproxy, `_/${options}plain/a.jpg`, bareContext)
  for (const operation of pipeline) frame = frameBehind(operation, frame, lowerOperation(operation, frame))
  return { width: frame.width, height: frame.height }
}

const sources: readonly Size[] = [
  { width: 1200, height: 800 },
  { width: 200, height: 100 },
  { width: 300, height: 900 },
  { width: 1000, height: 200 },
]
const boxes: readonly Size[] = [
  { width: 400, height: 400 },
  { width: 500, height: 300 },
  { width: 100, height: 700 },
  { width: 250, height: 0 },
  { width: 0, height: 250 },
]

/**
 * The two differences, both without `enlarge` and in a box with a side longer than the picture's: `auto` cuts to the
 * box's shape, and `force` stops each side at its own instead of keeping the box's shape.
 */
const isOther = ({ type, enlarge, width, height }: Asked, source: Size) =>
  (type === 'auto' || type === 'force') && !enlarge && (width > source.width || height > source.height)

describe.each(['fit', 'fill', 'fill-down', 'force', 'auto'] as const)('%s', (type) => {
  it.each([false, true])('makes the sizes imgproxy makes, with enlarge %s', (enlarge) => {
    for (const source of sources) {
      for (const box of boxes) {
        for (const zoom of [1, 0.5]) {
          const asked: Asked = { type, enlarge, zoom, ...box, minWidth: 0, minHeight: 0 }
          if (isOther({ ...asked, width: box.width * zoom, height: box.height * zoom }, source)) continue
          const options = `rs:${type}:${box.width}:${box.height}:${enlarge ? 1 : 0}/z:${zoom}/`
          const [expected, got] = [reference(source, asked), made(source, options)]
          const difference = Math.max(
            Math.abs(expected.width - got.width),
            Math.abs(expected.height - got.height),
          )
          const told = `${source.width}×${source.height} ${options}: ${JSON.stringify([expected, got])}`
          expect(difference, told).toBeLessThanOrEqual(1)
        }
      }
    }
  })
})

describe('least sides', () => {
  it.each<[string, Partial<Asked>]>([
    ['rs:fit:400:400/mw:300/', { type: 'fit', width: 400, height: 400, minWidth: 300 }],
    ['rs:fit:250:0/mh:600/', { type: 'fit', width: 250, minHeight: 600 }],
    ['rs:fill:400:300/mw:500/', { type: 'fill', width: 400, height: 300, minWidth: 500 }],
    ['mw:500/mh:700/', { minWidth: 500, minHeight: 700 }],
  ])('%s makes the sizes imgproxy makes', (options, partial) => {
    const none = {
      type: 'fit',
      enlarge: false,
      zoom: 1,
      width: 0,
      height: 0,
      minWidth: 0,
      minHeight: 0,
    } as const
    for (const source of sources) {
      const [expected, got] = [reference(source, { ...none, ...partial }), made(source, options)]
      const told = `${source.width}×${source.height} ${options}: ${JSON.stringify([expected, got])}`
      expect(Math.abs(expected.width - got.width), told).toBeLessThanOrEqual(1)
      expect(Math.abs(expected.height - got.height), told).toBeLessThanOrEqual(1)
    }
  })
})

describe('around the picture', () => {
  it.each<[string, Size]>([
    ['rs:fit:400:400/ex:1/', { width: 400, height: 400 }],
    ['rs:fit:300:600/ex:1:no/', { width: 300, height: 600 }],
    ['rs:fit:400:300/exar:1/', { width: 400, height: 300 }],
    ['rs:fit:400:400/pd:10:20:30/', { width: 440, height: 307 }],
    ['rs:fit:100:100/dpr:2/pd:5/', { width: 220, height: 153 }],
    ['rot:90/c:100:50/', { width: 100, height: 50 }],
    ['rot:90/w:400/', { width: 400, height: 600 }],
    ['c:0.5:0/', { width: 600, height: 800 }],
    ['c:5000:100/', { width: 1200, height: 100 }],
    ['car:1/', { width: 800, height: 800 }],
    ['c:400:100/car:1/', { width: 100, height: 100 }],
    ['c:400:100/car:1:1/', { width: 400, height: 400 }],
    ['z:0.5/', { width: 600, height: 400 }],
    ['z:0.5:0.25/', { width: 600, height: 200 }],
    ['dpr:2/', { width: 1200, height: 800 }],
    ['dpr:2/el:1/', { width: 2400, height: 1600 }],
  ])('%s', (options, size) => {
    expect(made({ width: 1200, height: 800 }, options)).toEqual(size)
  })
})
