/** OpenEXR: every compression we read gives the same picture, from files written here. */
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { exr } from './exr.ts'
import { damaged, type Pixels } from './pixels.ts'
import { toneMapped } from './tone-map.ts'

interface Options {
  readonly compression?: number
  readonly channels?: readonly (readonly [name: string, type: 1 | 2, sampling: number])[]
  readonly tile?: number
  readonly window?: readonly [left: number, top: number]
  readonly width?: number
  readonly height?: number
}

const rgb = [
  ['B', 1, 1],
  ['G', 1, 1],
  ['R', 1, 1],
] as const

/** What is written at a place: rising to the right, more in later channels, beyond white at the end. */
function lightAt(x: number, y: number, channel: string): number {
  if (channel === 'A') return 0.5
  if (channel === 'RY') return 0.25
  if (channel === 'BY') return -0.5
  return (x + 1) * 0.03 * (channel === 'B' ? 0.5 : 1) + y * 0.01
}

function write(options: Options = {}): Buffer {
  const { compression = 0, channels = rgb, tile, window = [0, 0], width = 37, height = 35 } = options
  const int = (...values: readonly number[]) => Buffer.from(Int32Array.from(values).buffer)
  const attribute = (name: string, type: string, body: Buffer) =>
    Buffer.concat([Buffer.from(`${name}\0${type}\0`), int(body.length), body])
  const list = channels.map(([name, type, sampling]) =>
    Buffer.concat([Buffer.from(`${name}\0`), int(type, 0, sampling, sampling)]),
  )
  const [left, top] = window
  const head = Buffer.concat([
    int(20_000_630, tile === undefined ? 2 : 0x202),
    attribute('channels', 'chlist', Buffer.concat([...list, Buffer.of(0)])),
    attribute('compression', 'compression', Buffer.of(compression)),
    attribute('dataWindow', 'box2i', int(left, top, left + width - 1, top + height - 1)),
    ...(tile === undefined
      ? []
      : [attribute('tiles', 'tiledesc', Buffer.concat([int(tile, tile), Buffer.of(0)]))]),
    Buffer.of(0),
  ])
  const lines = tile ?? [1, 1, 1, 16, 32, 16][compression] ?? 1
  const blocks: Buffer[] = []
  for (let y = 0; y < height; y += lines) {
    for (let x = 0; x < width; x += tile ?? width) {
      const size = { wide: Math.min(tile ?? width, width - x), high: Math.min(lines, height - y) }
      const rows = Array.from({ length: size.high }, (_, line) =>
        channels.map(([name, type, sampling]) =>
          (y + line) % sampling === 0
            ? samples(name, type, Math.ceil(size.wide / sampling), (at) => [x + at * sampling, y + line])
            : Buffer.alloc(0),
        ),
      )
      const data = compress(
        rows,
        compression,
        channels.map(([, type]) => type),
      )
      blocks.push(
        Buffer.concat([
          tile === undefined ? int(top + y) : int(x / tile, y / tile, 0, 0),
          int(data.length),
          data,
        ]),
      )
    }
  }
  let at = head.length + blocks.length * 8
  const table = blocks.map(({ length }) => {
    at += length
    return BigInt(at - length)
  })
  return Buffer.concat([head, Buffer.from(BigInt64Array.from(table).buffer), ...blocks])
}

function samples(
  name: string,
  type: 1 | 2,
  count: number,
  place: (at: number) => readonly [number, number],
): Buffer {
  const values = Array.from({ length: count }, (_, at) => lightAt(...place(at), name))
  return Buffer.from(type === 1 ? Float16Array.from(values).buffer : Float32Array.from(values).buffer)
}

function compress(
  rows: readonly (readonly Buffer[])[],
  compression: number,
  types: readonly number[],
): Buffer {
  const plain = Buffer.concat(rows.flat())
  if (compression === 0) return plain
  if (compression === 5)
    return deflateSync(
      Buffer.concat(rows.flatMap((row) => row.map((line, at) => planes(line, types[at] ?? 1)))),
    )
  const halves = Buffer.concat([plain.filter((_, at) => at % 2 === 0), plain.filter((_, at) => at % 2 === 1)])
  const predicted = halves.map((value, at) => value - (halves[at - 1] ?? 0) + (at === 0 ? 0 : 128))
  if (compression !== 1) return deflateSync(predicted)
  // Runs of one byte each and a literal: both kinds, never shorter than the data.
  const runs = [...predicted].flatMap((value, at) => (at % 3 === 0 ? [0, value] : [255, value]))
  return Buffer.from(runs)
}

/** PXR24: differences of each line in planes of bytes. */
function planes(line: Buffer, type: number): Buffer {
  const values = Array.from({ length: line.length / (type === 1 ? 2 : 4) }, (_, at) =>
    type === 1 ? line.readUInt16LE(at * 2) : line.readUInt32LE(at * 4) >>> 8,
  )
  const depth = type === 1 ? 2 : 3
  const differences = values.map(
    (value, at) => (value - (values[at - 1] ?? 0) + 2 ** (depth * 8)) % 2 ** (depth * 8),
  )
  return Buffer.from(
    Array.from({ length: depth }, (_, plane) =>
      differences.map((value) => Math.floor(value / 256 ** (depth - 1 - plane)) & 255),
    ).flat(),
  )
}

async function read(bytes: Uint8Array): Promise<Pixels> {
  const pixels = await exr.decoder?.decode(bytes)
  if (pixels === undefined) throw damaged('OpenEXR', 'has no decoder')
  return pixels
}

function expected(channel: string, width = 37, height = 35): readonly number[] {
  return Array.from({ length: width * height }, (_, at) =>
    toneMapped(new Float16Array([lightAt(at % width, Math.floor(at / width), channel)])[0] ?? 0),
  )
}

const channelOf = ({ data, channels }: Pixels, channel: number) =>
  [...data].filter((_, at) => at % channels === channel)

describe('OpenEXR', () => {
  it.each([
    ['not compressed', 0],
    ['RLE', 1],
    ['ZIPS', 2],
    ['ZIP', 3],
    ['PXR24', 5],
  ])('reads lines: %s', async (_, compression) => {
    const pixels = await read(write({ compression }))
    expect(pixels).toMatchObject({ width: 37, height: 35, channels: 3, depth: 8 })
    expect(channelOf(pixels, 0)).toEqual(expected('R'))
    expect(channelOf(pixels, 2)).toEqual(expected('B'))
  })

  it.each([0, 1, 3, 5])('reads tiles, compression %i', async (compression) => {
    expect(channelOf(await read(write({ compression, tile: 16 })), 0)).toEqual(expected('R'))
  })

  it('reads floats, and a data window that begins anywhere', async () => {
    const channels = rgb.map(([name]) => [name, 2, 1] as const)
    for (const compression of [3, 5]) {
      const { data } = await read(write({ compression, channels, window: [-7, 90] }))
      expect([...data].filter((_, at) => at % 3 === 0)).toEqual(expected('R'))
    }
  })

  it('undoes the multiplication by alpha before it maps tones', async () => {
    const pixels = await read(write({ channels: [['A', 1, 1], ...rgb] }))
    expect(pixels.channels).toBe(4)
    expect(new Set(channelOf(pixels, 3))).toEqual(new Set([128]))
    const half = new Float16Array([lightAt(3, 0, 'R')])[0] ?? 0
    expect(channelOf(pixels, 0)[3]).toBe(toneMapped(half * 2))
  })

  it('reads luminance alone and with chroma of half the size', async () => {
    const grey = await read(write({ channels: [['Y', 1, 1]] }))
    expect([grey.channels, [...grey.data]]).toEqual([1, expected('Y')])
    const channels = [
      ['BY', 1, 2],
      ['RY', 1, 2],
      ['Y', 1, 1],
    ] as const
    const pixels = await read(write({ channels, width: 8, height: 6 }))
    const y = new Float16Array([lightAt(5, 3, 'Y')])[0] ?? 0
    const [red, blue] = [1.25 * y, 0.5 * y]
    const green = (y - 0.2126 * red - 0.0722 * blue) / 0.7152
    for (const [channel, light] of [red, green, blue].entries()) {
      expect(Math.abs((channelOf(pixels, channel)[3 * 8 + 5] ?? 0) - toneMapped(light))).toBeLessThanOrEqual(
        1,
      )
    }
  })

  it.each([[6], [7], [8], [9]])(
    'says that it does not read compression %i, before anything is decoded',
    async (compression) => {
      const file = write()
      file[file.indexOf('compression\0compression\0') + 28] = compression
      await expect(exr.decoder?.header(file)).rejects.toThrow(/B44 or DWA/)
    },
  )

  it('does not inflate more than a block holds', async () => {
    const file = write({ compression: 3, width: 4, height: 4 })
    const bomb = deflateSync(Buffer.alloc(1 << 22))
    const at = file.length - file.readUInt32LE(Number(file.readBigUInt64LE(tableAt(file))) + 4)
    const bytes = Buffer.concat([
      file.subarray(0, at - 4),
      Buffer.from(Int32Array.of(bomb.length).buffer),
      bomb,
    ])
    await expect((async () => read(bytes))()).rejects.toThrow()
  })
})

/** Where the table of a file with one block begins: it points behind itself. */
function tableAt(file: Buffer): number {
  for (let at = 8; at + 8 < file.length; at++) if (file.readBigUInt64LE(at) === BigInt(at + 8)) return at
  throw new RangeError('no table')
}
