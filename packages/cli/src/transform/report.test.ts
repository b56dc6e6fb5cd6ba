import { describe, expect, it } from 'vitest'
import { failureLine, sizeText, successLine } from './report.ts'

describe('the lines of a report', () => {
  it('say what became of a file', () => {
    const line = successLine({
      source: 'a.jpg',
      target: 'out/a.webp',
      sourceWidth: 2400,
      sourceHeight: 1600,
      width: 800,
      height: 533,
      sourceBytes: 510_000,
      bytes: 40_800,
      ms: 212,
    })
    expect(line).toBe('a.jpg → out/a.webp  2400×1600 → 800×533  510 KB → 41 KB (−92 %)  212 ms')
  })

  it('leave out the size of a source that nobody has looked at here', () => {
    const line = successLine({ source: 'a.jpg', target: 'b.webp', width: 8, height: 5, bytes: 1, ms: 2 })
    expect(line).toMatch(/^a\.jpg → b\.webp {2}8×5 {2}/)
  })

  it('name the file, the reason and the code of a failure', () => {
    const error = { code: 'source/unsupported', message: 'Not an image format we read' }
    expect(failureLine({ source: 'a.txt', error })).toBe(
      '✗ a.txt: Not an image format we read [source/unsupported]',
    )
  })

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 KB'],
    [999_499, '999 KB'],
    [999_500, '1.0 MB'],
    [3_249_999, '3.2 MB'],
  ])('write %i bytes as %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text)
  })
})
