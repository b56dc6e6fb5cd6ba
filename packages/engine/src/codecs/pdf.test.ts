/** PDF: the first page as it looks, from documents written here; what must not run does not. */
import { defaultLimits, Problem } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { writePdf as write } from '../../../../fixtures/pdf.ts'
import { open } from '../open.ts'
import { sharp } from '../sharp/setup.ts'
import { outputOf, transform } from '../testing/request.ts'

const halves = { box: '0 0 100 50', content: '1 0 0 rg 0 0 50 50 re f 0 0 1 rg 50 0 25 50 re f' }

async function pixelsOf(bytes: Uint8Array) {
  const made = await transform({ bytes }, [], outputOf('png'))
  const { data, info } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)]
  return { ...info, data, at }
}

describe('PDF', () => {
  it('is drawn at two pixels a point, on white', async () => {
    const { width, height, at } = await pixelsOf(write([halves]))
    expect([width, height]).toEqual([200, 100])
    expect([at(20, 50), at(120, 50), at(180, 50)]).toEqual([
      [255, 0, 0],
      [0, 0, 255],
      [255, 255, 255],
    ])
  })

  it('shows the first of several pages, turned as it asks', async () => {
    const second = { box: '0 0 10 10', content: '' }
    const { width, height, at } = await pixelsOf(write([{ ...halves, more: '/Rotate 90' }, second]))
    expect([width, height]).toEqual([100, 200])
    expect([at(50, 20), at(50, 120)]).toEqual([
      [255, 0, 0],
      [0, 0, 255],
    ])
  })

  it('shows any other page in its own size, and says how many there are', async () => {
    const second = { box: '0 0 30 60', content: '0 1 0 rg 0 0 30 60 re f' }
    const bytes = write([halves, second])
    const shown = (page: number) => transform({ bytes }, [], outputOf('png'), { page })
    const { data, info } = await sharp((await shown(2)).bytes)
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, ...data.subarray(0, 3)]).toEqual([60, 120, 0, 255, 0])
    expect((await shown(1)).width).toBe(200)
    await expect(shown(3)).rejects.toMatchObject({ code: 'operation/impossible', members: { pages: 2 } })
  })

  it('alone has pages: of a picture, any page is the picture', async () => {
    const bytes = await sharp({ create: { width: 5, height: 5, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    expect((await transform({ bytes }, [], outputOf('png'), { page: 2 })).width).toBe(5)
  })

  it('draws text with the fonts it brings along', async () => {
    const text = { box: '0 0 100 50', content: 'BT /F 24 Tf 0 0 0 rg 5 15 Td (Fovea) Tj ET' }
    const { data } = await pixelsOf(write([text]))
    const dark = data.filter((value) => value < 64).length / data.length
    expect(dark).toBeGreaterThan(0.03)
  })

  it('gets fewer dots an inch where the page is very large', async () => {
    const { facts } = await open({ bytes: write([{ ...halves, box: '0 0 14400 7200' }]) }, defaultLimits)
    expect(facts.width * facts.height).toBeLessThanOrEqual(25_010_000)
    expect(facts.width / facts.height).toBeCloseTo(2, 2)
  })

  it('is refused above the limit of pixels before it is drawn', async () => {
    const opened = open({ bytes: write([halves]) }, { ...defaultLimits, maxPixels: 10_000 })
    await expect(opened).rejects.toMatchObject({ code: 'source/too-many-pixels' })
  })

  it('runs no script and reaches for nothing', async () => {
    const script =
      '/OpenAction<</S/JavaScript/JS(while(true);)>>/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert(1))>>]>>>>'
    const form = '/AcroForm<</XFA(<xdp/>)/Fields[]>>'
    const link = '/AA<</O<</S/URI/URI(http://127.0.0.1:1/)>>>>'
    const { at } = await pixelsOf(write([{ ...halves, more: link }], script + form))
    expect(at(20, 50)).toEqual([255, 0, 0])
  })

  it.each([
    ['nothing behind the mark', Buffer.from('%PDF-1.7\n')],
    ['no pages', write([])],
    ['a page without size', write([{ ...halves, box: '0 0 0 0' }])],
  ])('says that the file is damaged: %s', async (_, bytes) => {
    const made: unknown = await transform({ bytes }, [], outputOf('png')).catch((error: unknown) => error)
    // PDFium gives a page without size the one of a letter.
    if (made instanceof Problem) expect(made.code).toBe('source/undecodable')
    else expect(made).toMatchObject({ width: 1224, height: 1584 })
  })

  it('survives damage at random', async () => {
    const original = write([halves, halves])
    let state = 20_261_122
    const random = () => {
      state = (state * 48_271) % 2_147_483_647
      return state / 2_147_483_647
    }
    for (let round = 0; round < 150; round++) {
      const bytes = Buffer.from(original)
      for (let change = 0; change < 4; change++) {
        bytes[8 + Math.floor(random() * (bytes.length - 8))] = Math.floor(random() * 256)
      }
      const cut = random() < 0.3 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes
      if (cut.length < 8) continue
      const made: unknown = await transform(
        { bytes: cut },
        [{ op: 'resize', width: 8 }],
        outputOf('png'),
      ).catch((error: unknown) => error)
      if (made instanceof Error) expect(made).toBeInstanceOf(Problem)
    }
  })
})
