/** Dialect parsers are total and bounded; see fuzz.test-kit.ts. FOVEA_FUZZ_SEED repeats a run. */
import { describe, expect, it } from 'vitest'
import { cpuMilliseconds } from '../../../../fixtures/cpu-time.ts'
import { Problem } from '../problem/index.ts'
import { parseWith } from './dialect.test-kit.ts'
import { attempt, corpus, fuzz, parse, patience } from './fuzz.test-kit.ts'
import { dialects, imgSrc, signedPayload } from './index.ts'

const seed = Number(process.env.FOVEA_FUZZ_SEED ?? Date.now() % 1_000_000_007)
/** scripts/fuzz-dialects.ts runs a million. */
const runs = 60_000

describe('dialect parsers', () => {
  it(`survive ${runs} mutated URLs (seed ${seed})`, () => {
    const { seen, slowest } = fuzz({ seed, runs, clock: cpuMilliseconds })
    console.info(`fuzz seed ${seed}: ${JSON.stringify(seen)}, slowest ${slowest.toFixed(2)} ms`)
    expect(seen.parsed).toBeGreaterThan(runs / 100)
    expect(seen.refused).toBeGreaterThan(runs / 10)
  })

  const huge = 100 * 1024
  it.each([
    ['10 000 parameters', `a.jpg?${Array.from({ length: 10_000 }, (_, index) => `a${index}=1`).join('&')}`],
    ['100 KB of equals signs', `a.jpg?w${'='.repeat(huge)}`],
    ['100 KB of percent signs', `a.jpg?w=${'%'.repeat(huge)}`],
    ['100 KB of escapes', `a.jpg?${'%41'.repeat(huge / 3)}=1`],
    ['a 100 KB digit string', `a.jpg?w=${'9'.repeat(huge)}`],
    ['a 100 KB decimal', `a.jpg?blur=${'1.'.repeat(huge / 2)}`],
    ['a 100 KB name', `a.jpg?${'w'.repeat(huge)}=1`],
    ['a 100 KB preset', `a.jpg?p:${'w'.repeat(huge)}`],
    ['a 100 KB file name', `a.jpg?download=${'w'.repeat(huge)}`],
    ['a 100 KB path', `${'a/'.repeat(huge / 2)}b.jpg`],
    ['a 100 KB path of dots', '.'.repeat(huge)],
    ['100 KB of combining marks', `a${'%CC%81'.repeat(huge / 6)}.jpg`],
  ])('answers %s at once', (_, target) => {
    const elapsed = [0, 1, 2].map(() =>
      cpuMilliseconds(() => expect(() => parseWith(imgSrc, target)).toThrow(Problem)),
    )
    expect(Math.min(...elapsed)).toBeLessThan(patience)
  })

  it('skips 100 KB of ampersands at once', () => {
    const target = `a.jpg?${'&'.repeat(huge)}w=1`
    const elapsed = [0, 1, 2].map(() =>
      cpuMilliseconds(() => expect(parseWith(imgSrc, target).pipeline).toHaveLength(1)),
    )
    expect(Math.min(...elapsed)).toBeLessThan(patience)
  })

  const base64 = (text: string) => Buffer.from(text).toString('base64')
  it.each([
    ['100 KB of base64', 'e'.repeat(huge)],
    ['the deepest nesting that fits', base64('['.repeat(12_000))],
    ['the most brackets that fit', base64(`{"key":"a","edits":[${'{},'.repeat(3900)}{}]}`)],
    ['the longest number that fits', base64(`{"key":"a","edits":{"blur":${'9'.repeat(12_000)}}}`)],
    [
      'the longest colour that fits',
      base64(`{"key":"a","edits":{"flatten":{"background":"rgb(${'1 '.repeat(5900)})"}}}`),
    ],
    [
      'the most unknown options that fit',
      base64(
        `{"key":"a","edits":{"resize":{${Array.from({ length: 1200 }, (_, index) => `"w${index}":1`).join(',')}}}}`,
      ),
    ],
    [
      'the most edits that fit',
      base64(`{"key":"a","edits":[${Array.from({ length: 800 }, () => '{"blur":3}').join(',')}]}`),
    ],
    ['escapes in the key', base64(`{"key":"${'\\u0061'.repeat(2000)}"}`)],
  ])('answers %s at once', (_, raw) => {
    const elapsed = [0, 1, 2].map(() =>
      cpuMilliseconds(() => expect(() => parseWith(signedPayload, raw)).toThrow(Problem)),
    )
    expect(Math.min(...elapsed)).toBeLessThan(patience)
  })

  // bench/parsing.ts has the figures; this sees a parser that has become several times as slow.
  it.each(dialects.map(({ mount }) => mount))(
    'read a URL of %s in some ten times the platform’s time',
    (mount) => {
      const url = corpus.find((url) => url.startsWith(`/${mount}/`) && attempt(url) === 'parsed')
      if (url === undefined) throw new Error('no URL of it parses')
      const times = { ours: [] as number[], platform: [] as number[] }
      for (let round = 0; round < 1_500; round++) {
        const start = performance.now()
        parse(url)
        const middle = performance.now()
        for (const _ of new URL(url, 'https://img.test').searchParams);
        if (round < 500) continue
        times.ours.push(middle - start)
        times.platform.push(performance.now() - middle)
      }
      const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0
      expect(median(times.ours)).toBeLessThan(60 * median(times.platform))
    },
  )

  it('covers every dialect of the registry', () => {
    for (const { mount } of dialects) expect(corpus.some((url) => url.startsWith(`/${mount}/`))).toBe(true)
  })
})
