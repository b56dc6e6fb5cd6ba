/** The formats that libvips does not read: every pair of formats, hostile files, and damage at random. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultLimits, type Format, formats, type OperationInput, Problem } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { probe } from '../open.ts'
import { cpuClock } from '../testing/cpu-clock.ts'
import { outputOf, transform } from '../testing/request.ts'
import { codecOf, decoding } from './index.ts'

const samples = {
  bmp: ['bmp/pal1.bmp', 'bmp/pal4rle.bmp', 'bmp/pal8os2.bmp', 'bmp/rgb16-565.bmp', 'bmp/rgba32.bmp'],
  ico: ['ico/multi-bmp.ico', 'ico/bmp-24bpp-mask.ico'],
  tga: ['tga/CTC24.TGA', 'tga/CCM8.TGA', 'tga/utc16.tga'],
  pnm: [
    'pnm/hopper_1bit.pbm',
    'pnm/hopper_8bit_plain.pgm',
    'pnm/hopper.pfm',
    'pnm/flower_small.ga.depth4.pam',
  ],
  qoi: ['qoi/hopper.qoi'],
  hdr: ['hdr/image1.hdr', 'hdr/rgbr4x4.hdr'],
  jp2: ['jp2/goldenears.jp2'],
  exr: ['exr/t05.exr', 'exr/GammaChart.exr'],
} as const satisfies Partial<Record<Format, readonly string[]>>

/** A round takes milliseconds. */
const costly: ReadonlySet<string> = new Set(['jp2', 'exr'])
const foreign = [...Object.keys(samples), 'heif', 'jxl'] as Format[]
const matrix: Partial<Record<Format, string>> = {
  ...Object.fromEntries(Object.entries(samples).map(([format, [file]]) => [format, file])),
  heif: 'heif/samplefilehub.heif',
  jxl: 'jxl/animation_spline.jxl',
}
const written = (Object.keys(formats) as Format[]).filter((format) => formats[format].encode)
const corpus = join(sharedDir ?? '', 'images/dev')

/** For a machine that does much else. */
const timeout = 300_000

describe('every foreign format becomes every format we write', () => {
  for (const from of foreign) {
    itWithShared(`${from} → ${written.join(', ')}`, { timeout }, async () => {
      const path = join(corpus, 'formats', matrix[from] ?? '')
      const facts = await probe({ kind: 'probe', source: { path }, limits: defaultLimits })
      expect(facts.format).toBe(from)
      for (const to of written) {
        const { bytes, width, height } = await transform({ path }, [], outputOf(to))
        const back = await probe({ kind: 'probe', source: { bytes }, limits: defaultLimits })
        expect(back).toMatchObject({ format: to, width: facts.width, height: facts.height })
        expect([width, height]).toEqual([facts.width, facts.height])
      }
    })
  }
})

describe('hostile files', () => {
  const files = sharedDir === undefined ? [] : abuseFiles()
  it.skipIf(sharedDir === undefined)('are there', () => expect(files.length).toBeGreaterThan(20))

  for (const file of files) {
    itWithShared(`${file} gives pixels or a Problem, soon`, { timeout }, async () => {
      const cpuMs = cpuClock()
      const shrink: readonly OperationInput[] = [{ op: 'resize', width: 64 }]
      await settled(
        transform({ path: join(corpus, 'abuse', file) }, shrink, outputOf('png', { animated: false })),
      )
      expect(cpuMs()).toBeLessThan(10_000)
    })
  }
})

describe('damage at random', () => {
  for (const [format, names] of Object.entries(samples)) {
    const rounds = costly.has(format) ? 200 : 2_000
    itWithShared(`${rounds} damaged ${format} files give pixels or a Problem`, { timeout }, async () => {
      const originals = names.map((name) => readFileSync(join(corpus, 'formats', name)))
      const random = generator(20_261_121)
      for (let round = 0; round < rounds; round++) {
        const bytes = damage(originals[round % originals.length] ?? Buffer.alloc(0), random)
        const cpuMs = cpuClock()
        await settled(readAll(format as Format, bytes))
        expect(cpuMs(), `round ${round}`).toBeLessThan(2_000)
      }
    })
  }
})

/** What `open` and `run` do with a decoder, under a limit that keeps two thousand rounds short. */
async function readAll(format: Format, bytes: Uint8Array): Promise<void> {
  const { decoder } = codecOf(format)
  if (decoder === undefined) throw new Error(`${format} has no decoder`)
  const header = await decoding(format, () => decoder.header(bytes))
  if (header instanceof Uint8Array || header.width * header.height > 1_000_000) return
  const pixels = await decoding(format, () => decoder.decode(bytes))
  expect([pixels.width, pixels.height]).toEqual([header.width, header.height])
  expect(pixels.channels).toBe(header.channels)
  expect(pixels.data.length).toBe(header.width * header.height * header.channels)
}

async function settled(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    expect(error).toBeInstanceOf(Problem)
    expect((error as Problem).status).toBeLessThan(500)
  }
}

/** Cut off, or a few bytes changed, mostly in the header. */
function damage(original: Uint8Array, random: () => number): Uint8Array {
  const cut = random() < 0.4 ? Math.floor(random() * original.length) : original.length
  const bytes = Uint8Array.from(original.subarray(0, cut))
  const changes = Math.floor(random() * 6)
  for (let change = 0; change < changes; change++) {
    const reach = random() < 0.7 ? 64 : bytes.length
    bytes[Math.floor(random() * Math.min(reach, bytes.length))] = Math.floor(random() * 256)
  }
  return bytes
}

/** Park and Miller's minimal standard generator. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

function abuseFiles(): readonly string[] {
  return readdirSync(join(corpus, 'abuse'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(?:bmp|ico|cur|tga|p[bgpnaf]m|qoi|hdr|heic|heif|exr|jxl|jp[2cx]|j2[ck])$/i.test(file),
  )
}
