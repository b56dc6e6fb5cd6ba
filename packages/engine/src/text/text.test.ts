/** Text in pixels, through whole runs: where it lies, what it looks like, on every kind of picture. */
import {
  defaultLimits,
  lowerOperation,
  type OperationInput,
  Problem,
  parsePipeline,
  type TextStep,
} from '@fovea/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { execute } from '../execute.ts'
import { frameOf, type Raster } from '../image.ts'
import { open } from '../open.ts'
import { sharp } from '../sharp/setup.ts'
import { animation } from '../testing/animation.ts'
import { outputOf, transform } from '../testing/request.ts'
import { drawText } from './draw.ts'
import { inkOf, placeText } from './ink.ts'
import { layOut } from './layout.ts'
import { svgOf } from './svg.ts'

type TextParams = Partial<Omit<Extract<OperationInput, { op: 'text' }>, 'op'>>
type Channels = 3 | 4

const size = { width: 400, height: 300 }
const frame = { ...size, hasAlpha: false, pages: 1, format: 'png', facts: {} } as const

async function canvas(background: string, channels: Channels = 3, depth: 8 | 16 = 8): Promise<Raster> {
  const color = sharp({ create: { ...size, channels, background } })
  const space = depth === 16 ? 'rgb16' : 'srgb'
  const image = await open({ bytes: await color.toColourspace(space).png().toBuffer() }, defaultLimits)
  return execute([], { ...image, keeps16Bit: depth === 16 })
}

async function write(raster: Raster, text: string, params: TextParams = {}): Promise<Raster> {
  let made = raster
  for (const operation of parsePipeline([{ op: 'text', ...params, text }], defaultLimits)) {
    for (const step of lowerOperation(operation, frameOf(raster))) made = await execute([step], made)
  }
  return made
}

interface Changed {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly count: number
}

/** Box of the pixels that differ by more than `threshold` of 255, edges included. */
function changed(before: Raster, after: Raster, threshold = 0): Changed {
  const box = { left: Infinity, top: Infinity, right: -1, bottom: -1, count: 0 }
  const full = after.data instanceof Uint16Array ? 65_535 : 255
  for (let y = 0; y < after.height; y++) {
    for (let x = 0; x < after.width; x++) {
      let difference = 0
      for (let channel = 0; channel < after.channels; channel++) {
        const from =
          before.data[(y * before.width + x) * before.channels + Math.min(channel, before.channels - 1)]
        const to = after.data[(y * after.width + x) * after.channels + channel]
        difference = Math.max(difference, (Math.abs((to ?? 0) - (from ?? 0)) / full) * 255)
      }
      if (difference <= threshold) continue
      box.left = Math.min(box.left, x)
      box.right = Math.max(box.right, x)
      box.top = Math.min(box.top, y)
      box.bottom = Math.max(box.bottom, y)
      box.count++
    }
  }
  return box
}

async function boxOf(text: string, params: TextParams, threshold = 0): Promise<Changed> {
  const blank = await canvas('#000')
  return changed(blank, await write(blank, text, params), threshold)
}

describe('place', () => {
  const places = [
    ['top-left', 10, 10],
    ['top', undefined, 10],
    ['top-right', 390, 10],
    ['left', 10, undefined],
    ['center', undefined, undefined],
    ['right', 390, undefined],
    ['bottom-left', 10, 290],
    ['bottom', undefined, 290],
    ['bottom-right', 390, 290],
  ] as const

  it.each(places)('%s keeps the padding', async (position, x, y) => {
    const box = await boxOf('Ag', { position, background: 'red' })
    if (x === undefined) expect(Math.abs(box.left + box.right + 1 - 400)).toBeLessThanOrEqual(1)
    else expect(x < 200 ? box.left : box.right + 1).toBe(x)
    if (y === undefined) expect(Math.abs(box.top + box.bottom + 1 - 300)).toBeLessThanOrEqual(1)
    else expect(y < 150 ? box.top : box.bottom + 1).toBe(y)
  })

  it('moves by x and y', async () => {
    const params = { position: 'top-left', background: 'red' } as const
    const [here, there] = [await boxOf('Ag', params), await boxOf('Ag', { ...params, x: 30, y: '10%' })]
    expect([there.left - here.left, there.top - here.top]).toEqual([30, 30])
  })

  it('keeps a turned text inside the padding', async () => {
    const params = { position: 'bottom-right', angle: 30, background: 'red' } as const
    const box = await boxOf('turned', params, 8)
    expect(box.right).toBeLessThan(390)
    expect(box.right).toBeGreaterThan(385)
    expect(box.bottom).toBeLessThan(290)
    expect(box.bottom).toBeGreaterThan(285)
  })

  it('turns clockwise', async () => {
    const across = await boxOf('turned', { position: 'center', background: 'red' })
    const down = await boxOf('turned', { position: 'center', background: 'red', angle: 90 })
    expect(Math.abs(down.bottom - down.top - (across.right - across.left))).toBeLessThanOrEqual(1)
    expect(Math.abs(down.right - down.left - (across.bottom - across.top))).toBeLessThanOrEqual(1)
    // A letter with its weight on the left has it at the top after a quarter turn.
    const blank = await canvas('#000')
    const turned = await write(blank, 'L', { position: 'center', angle: 90, fontSize: 100, weight: 900 })
    const box = changed(blank, turned, 128)
    const rowSum = (y: number) => {
      let sum = 0
      for (const value of turned.data.subarray(y * 1200, (y + 1) * 1200)) sum += value
      return sum
    }
    expect(rowSum(box.top + 5)).toBeGreaterThan(2 * rowSum(box.bottom - 5))
  })

  it('cuts what lies outside of the picture', async () => {
    const box = await boxOf('Large', {
      fontSize: 400,
      position: 'center',
      wrap: false,
      maxWidth: 5000,
      color: 'red',
    })
    expect([box.left, box.right]).toEqual([0, 399])
    const gone = await boxOf('gone', { x: 5000 })
    expect(gone.count).toBe(0)
  })

  it('repeats in even distances and covers all', async () => {
    const blank = await canvas('#000')
    const params = { repeat: true, gap: 10, color: 'red', background: '#00f8', angle: -20 } as const
    const [operation] = parsePipeline([{ op: 'text', text: 'again', ...params }], defaultLimits)
    const [step] = operation === undefined ? [] : lowerOperation(operation, frameOf(blank))
    if (step?.step !== 'text') throw new Error('nothing to write')
    const { every } = (await drawText(step, blank)) ?? {}
    if (every === undefined) throw new Error('not repeated')
    const { data } = await write(blank, 'again', params)
    const at = (x: number, y: number) => data.subarray((y * 400 + x) * 3, (y * 400 + x) * 3 + 3).join()
    for (let y = 0; y < 300 - every.y; y += 3) {
      for (let x = 0; x < 400 - every.x; x += 3) {
        expect(at(x + every.x, y)).toBe(at(x, y))
        expect(at(x, y + every.y)).toBe(at(x, y))
      }
    }
    const box = changed(blank, await write(blank, 'again', params))
    expect(box).toMatchObject({ left: 0, top: 0 })
    expect(Math.min(box.right - 300, box.bottom - 200)).toBeGreaterThan(80)
  })
})

describe('looks', () => {
  it('has the colour asked for where glyphs are solid', async () => {
    const blank = await canvas('#000')
    const { data } = await write(blank, '█', { color: '#12ab34', position: 'center', fontSize: 80 })
    const middle = (150 * 400 + 200) * 3
    expect([...data.subarray(middle, middle + 3)]).toEqual([0x12, 0xab, 0x34])
  })

  it('weighs alpha of the colour and opacity', async () => {
    const blank = await canvas('#000')
    const params = { color: '#ffffff80', opacity: 0.5, position: 'center', fontSize: 80 } as const
    const { data } = await write(blank, '█', params)
    expect(Math.abs((data[(150 * 400 + 200) * 3] ?? 0) - 64)).toBeLessThanOrEqual(1)
  })

  it('draws a stroke around the glyphs, as wide as told', async () => {
    const params = { position: 'center', fontSize: 100, color: 'white' } as const
    const plain = await boxOf('H', params, 128)
    const stroked = await boxOf('H', { ...params, strokeWidth: 6, strokeColor: 'red' }, 128)
    expect([plain.left - stroked.left, stroked.right - plain.right]).toEqual([6, 6])
    expect([plain.top - stroked.top, stroked.bottom - plain.bottom]).toEqual([6, 6])
  })

  it('leaves the inside of an outlined glyph free', async () => {
    const blank = await canvas('#000')
    const params = {
      position: 'center',
      fontSize: 200,
      weight: 900,
      strokeWidth: 4,
      strokeColor: 'white',
    } as const
    const hollow = await write(blank, 'l', { ...params, color: 'transparent' })
    const box = changed(blank, hollow, 128)
    const middle = (150 * 400 + Math.round((box.left + box.right) / 2)) * 3
    expect(hollow.data[middle]).toBe(0)
    expect(hollow.data[(150 * 400 + box.left + 2) * 3]).toBeGreaterThan(200)
  })

  it('throws a shadow to where it was told, soft or hard', async () => {
    const params = { position: 'center', fontSize: 100, color: 'red', shadowColor: 'blue' } as const
    const plain = await boxOf('H', { ...params, shadowColor: 'transparent' }, 100)
    const hard = await boxOf('H', { ...params, shadowX: 20, shadowY: 10, shadowBlur: 0 }, 100)
    expect([hard.right - plain.right, hard.bottom - plain.bottom, hard.left, hard.top]).toEqual([
      20,
      10,
      plain.left,
      plain.top,
    ])
    const soft = await boxOf('H', { ...params, shadowX: 0, shadowY: 0, shadowBlur: 20 }, 2)
    expect(plain.left - soft.left).toBeGreaterThan(8)
    expect(plain.left - soft.left).toBeLessThanOrEqual(30)
  })

  it('draws a box with round corners behind the text', async () => {
    const params = { position: 'top-left', padding: 0, background: '#ff0000', backgroundPadding: 20 } as const
    const blank = await canvas('#000')
    const square = await write(blank, 'Box', params)
    expect([...square.data.subarray(0, 3)]).toEqual([255, 0, 0])
    const round = await write(blank, 'Box', { ...params, backgroundRadius: 20 })
    expect([...round.data.subarray(0, 3)]).toEqual([0, 0, 0])
    expect(round.data[(20 * 400 + 1) * 3]).toBe(255)
  })

  it('draws a box for a character that no font has', async () => {
    expect((await boxOf('\u{e000}', { fontSize: 60 })).count).toBeGreaterThan(100)
  })

  it('is the same every time', async () => {
    const blank = await canvas('#446')
    const params = { fontSize: 40, shadowColor: 'black', angle: 12 }
    const [one, two] = [
      await write(blank, 'same 😀 שלום', params),
      await write(blank, 'same 😀 שלום', params),
    ]
    expect(Buffer.compare(Buffer.from(one.data), Buffer.from(two.data))).toBe(0)
  })
})

describe('pictures', () => {
  it('that are grey stay so under grey text, and get colour from coloured text and emoji', async () => {
    const grey = await execute([{ step: 'greyscale' }], await canvas('#808080'))
    expect(grey.channels).toBe(1)
    const made = await write(grey, 'grey')
    expect(changed(grey, made).count).toBeGreaterThan(100)
    expect(made.data.every((value, at) => value === made.data[at - (at % made.channels)])).toBe(true)
    for (const [text, color] of [
      ['red', 'red'],
      ['😀', 'white'],
    ] as const) {
      const made = await write(grey, text, { color, fontSize: 60 })
      expect(made.channels).toBe(3)
      const isColoured = made.data.some((value, at) => at % 3 === 0 && value > (made.data[at + 2] ?? 0) + 100)
      expect(isColoured).toBe(true)
    }
  })

  it('keep 16 bit, and every pixel that no glyph touches', async () => {
    const deep = await canvas('#446688', 3, 16)
    expect(deep.data).toBeInstanceOf(Uint16Array)
    const noisy = { ...deep, data: (deep.data as Uint16Array).map((value, at) => value + (at % 97)) }
    const made = await write(noisy, '█', { position: 'center', fontSize: 80 })
    expect(made.data).toBeInstanceOf(Uint16Array)
    expect(made.data[(150 * 400 + 200) * 3]).toBe(65_535)
    expect(made.data.subarray(0, 50_000)).toEqual(noisy.data.subarray(0, 50_000))
  })

  it('get alpha only where they had it', async () => {
    const clear = await canvas('#00000000', 4)
    const made = await write(clear, '█', { color: '#ff000080', position: 'center', fontSize: 80 })
    const middle = (150 * 400 + 200) * 4
    expect([...made.data.subarray(middle, middle + 4)]).toEqual([255, 0, 0, 128])
    expect(made.data[3]).toBe(0)
    expect((await write(await canvas('#123'), 'opaque')).channels).toBe(3)
  })

  it('that move have it on every frame', async () => {
    const moving = await animation('webp')
    const made = await transform(
      { bytes: moving },
      [{ op: 'text', text: '█', color: 'yellow', padding: 0 }],
      outputOf('webp', { lossless: true }),
    )
    const { data, info } = await sharp(made.bytes, { animated: true })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(info.pages).toBe(3)
    for (let page = 0; page < 3; page++) {
      const at = ((page + 1) * (info.pageHeight ?? 0) - 15) * info.width * 3 + (info.width - 6) * 3
      expect([...data.subarray(at, at + 3)]).toEqual([255, 255, 0])
    }
  })
})

describe('strangers’ text', () => {
  const hostile = [
    '</text><image href="http://example.com/x.png"/>',
    '&lt;b&gt; &amp; &#60; &x;',
    '<span foreground="red" size="999999">x</span>',
    ']]><!ENTITY x SYSTEM "file:///etc/passwd">',
    '"/><script>alert(1)</script>',
    '%s %n {{x}} `x` \\u003c',
  ]

  it.each(hostile)('draws %s letter by letter', async (text) => {
    const { lines } = await layOut(stepOf(text))
    expect(lines.flat()).toHaveLength(text.length)
  })

  it('never comes near the markup', async () => {
    const words = fc.oneof(
      fc.constantFrom(...hostile),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    )
    await fc.assert(
      fc.asyncProperty(words, async (text) => {
        const step = stepOrNone(text)
        if (step === undefined) return
        const layout = await layOut(step)
        const placement = placeText(layout, step, size)
        const view = inkOf(layout, step, placement)
        if (view === undefined) return
        const names = [...svgOf({ layout, step, placement, view }).matchAll(/<\/?([^\s/>]*)/g)].map(
          ([, name]) => name,
        )
        expect(svgOf({ layout, step, placement, view })).toMatch(/^[ -~]*$/)
        expect([...new Set(names)].filter((name) => !known.has(name ?? ''))).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('never breaks the engine: 500 random texts', { timeout: 120_000 }, async () => {
    const blank = await canvas('#345')
    const texts = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(
            '\u202e',
            '\u2067',
            '\u200d',
            '\ufe0f',
            '\u0301',
            '\u0645',
            'a',
            '\n',
            '👩',
            '🏽',
            '\u0e33',
          ),
          {
            minLength: 1,
            maxLength: 60,
          },
        )
        .map((parts) => parts.join('')),
    )
    const looks = fc.record({
      fontSize: fc.integer({ min: 1, max: 90 }),
      fit: fc.constantFrom('none' as const, 'shrink' as const, 'max' as const),
      wrap: fc.boolean(),
      maxWidth: fc.integer({ min: 1, max: 500 }),
      letterSpacing: fc.integer({ min: -50, max: 50 }),
      align: fc.constantFrom('left' as const, 'justify' as const),
      angle: fc.integer({ min: 0, max: 359 }),
      repeat: fc.boolean(),
      strokeWidth: fc.integer({ min: 0, max: 9 }),
    })
    await fc.assert(
      fc.asyncProperty(texts, looks, async (text, params) => {
        try {
          const made = await write(blank, text, params)
          expect([made.width, made.height, made.pages]).toEqual([400, 300, 1])
        } catch (error) {
          if (!(error instanceof Problem)) throw error
          expect(error.code).toBe('pipeline/invalid')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('ends also when it is as long and as foreign as allowed', async () => {
    const many = (from: number, every: number) =>
      Array.from({ length: 2000 }, (_, index) => String.fromCodePoint(from + index * every)).join('')
    const blank = await canvas('#345')
    for (const text of [
      many(0x4e00, 1),
      'x'.repeat(2000),
      'e\u0301\u0323'.repeat(666),
      '👩‍👧'.repeat(666),
      '\u202e'.repeat(2000),
    ]) {
      expect((await write(blank, text, { fontSize: 6 })).width).toBe(400)
    }
  })
})

const known: ReadonlySet<string> = new Set([
  'svg',
  'defs',
  'g',
  'path',
  'rect',
  'filter',
  'feGaussianBlur',
  'mask',
])

/** Letters set apart do not merge: each is a glyph. */
function stepOf(text: string): TextStep {
  const [step] = parsePipeline(
    [{ op: 'text', text, wrap: false, maxWidth: 9999, letterSpacing: 1 }],
    defaultLimits,
  ).flatMap((operation) => lowerOperation(operation, { ...frame, limits: defaultLimits }))
  if (step?.step !== 'text') throw new Error('nothing to write')
  return step
}

/** `undefined` for a text that is refused or has nothing to see. */
function stepOrNone(text: string): TextStep | undefined {
  try {
    return text.trim() === '' ? undefined : stepOf(text)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}
