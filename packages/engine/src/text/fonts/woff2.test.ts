/** Against the same fonts in WOFF, which is plain OpenType with each table deflated. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadHarfBuzz } from './face.ts'
import { unpackWoff2 } from './woff2.ts'

/** The second font's twins differ in points that lie between two others: boxes and advances agree. */
const twins = [
  ['@fontsource/noto-sans-symbols-2', 'noto-sans-symbols-2-symbols-400-normal', 'outlines'],
  ['@fontsource/noto-sans-myanmar', 'noto-sans-myanmar-myanmar-700-normal', 'boxes'],
  ['@fontsource/noto-sans-myanmar', 'noto-sans-myanmar-latin-400-normal', 'boxes'],
] as const

const fileOf = (path: string) => readFileSync(fileURLToPath(import.meta.resolve(path)))

/** Source: W3C WOFF 1.0 §3–§5 */
function unpackWoff(woff: Buffer): Uint8Array {
  const count = woff.readUInt16BE(12)
  const font = Buffer.alloc(woff.readUInt32BE(16))
  woff.copy(font, 0, 4, 8)
  font.writeUInt16BE(count, 4)
  let at = 12 + 16 * count
  for (let index = 0; index < count; index++) {
    const entry = 44 + 20 * index
    const [offset, stored, length] = [4, 8, 12].map((place) => woff.readUInt32BE(entry + place)) as [
      number,
      number,
      number,
    ]
    const table = woff.subarray(offset, offset + stored)
    woff.copy(font, 12 + 16 * index, entry, entry + 4)
    font.writeUInt32BE(at, 12 + 16 * index + 8)
    font.writeUInt32BE(length, 12 + 16 * index + 12)
    font.set(stored < length ? inflateSync(table) : table, at)
    at += (length + 3) & ~3
  }
  return font
}

describe('unpackWoff2', () => {
  it.each(twins)('%s %s holds the %s and advances of its twin', async (name, file, what) => {
    const hb = await loadHarfBuzz()
    const [one, other] = [
      unpackWoff2(fileOf(`${name}/files/${file}.woff2`)),
      unpackWoff(fileOf(`${name}/files/${file}.woff`)),
    ].map((bytes) => {
      const face = new hb.Face(new hb.Blob(bytes))
      const font = new hb.Font(face)
      return [...face.collectUnicodes()].map((character) => {
        const glyph = font.nominalGlyph(character) ?? 0
        const shape = what === 'outlines' ? font.glyphToPath(glyph) : ''
        return [character, font.glyphHAdvance(glyph), shape, font.glyphExtents(glyph)]
      })
    })
    expect(one?.length).toBeGreaterThan(60)
    expect(one).toEqual(other)
  })

  it('refuses what is no WOFF2', () => {
    expect(() => unpackWoff2(fileOf(`${twins[0][0]}/files/${twins[0][1]}.woff`))).toThrow('not a WOFF2')
    expect(() => unpackWoff2(new Uint8Array(3))).toThrow(RangeError)
  })
})
