import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuMilliseconds } from '../../../../fixtures/cpu-time.ts'
import { type AcceptBucket, acceptBucket, formatsFor, negotiateFormat } from './negotiate.ts'

const buckets = ['none', 'webp', 'avif', 'avif,webp', 'webp,avif'] as const

describe('acceptBucket', () => {
  it.each<[string | undefined, AcceptBucket]>([
    [undefined, 'none'],
    ['', 'none'],
    ['*/*', 'none'],
    ['image/*', 'none'],
    ['image/*,*/*;q=0.8', 'none'],
    ['image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', 'avif,webp'],
    ['image/webp,image/avif', 'avif,webp'],
    ['image/webp,*/*', 'webp'],
    ['image/avif', 'avif'],
    ['IMAGE/WebP', 'webp'],
    ['image/avif;q=0.5,image/webp', 'webp,avif'],
    ['image/avif;q=1.0, image/webp;q=0.9', 'avif,webp'],
    ['image/avif;q=0, image/webp', 'webp'],
    ['image/avif;q=0.000,image/webp;q=0', 'none'],
    ['image/webp ; Q = 0.3 , image/avif ; q=0.2', 'webp,avif'],
    ['image/avif;q=abc', 'none'],
    ['image/avif;q=1.1', 'none'],
    ['image/avif;q=-1', 'none'],
    ['image/avif;q=', 'none'],
    ['image/avif;v=1;q=0.2,image/webp;q=0.1', 'avif,webp'],
    ['image/webp;q=0.1,image/webp;q=0.9,image/avif;q=0.5', 'webp,avif'],
    ['text/plain;x="image/webp,image/avif"', 'none'],
    ['text/plain;x="\\",image/avif;q=1", image/webp', 'webp'],
    ['image/webp;x="a;q=0"', 'webp'],
    ['image/webpx,ximage/avif,image/web', 'none'],
    ['application/image/webp', 'none'],
    [`${' '.repeat(9000)}image/webp`, 'none'],
  ])('%j folds to %s', (header, bucket) => {
    expect(acceptBucket(header)).toBe(bucket)
  })

  it('is total on any text', () => {
    const piece = fc.constantFrom(
      'image/',
      'webp',
      'avif',
      ';',
      ',',
      'q=',
      '0',
      '1',
      '.',
      '"',
      '\\',
      '*',
      ' ',
      '\t',
      '\0',
    )
    fc.assert(fc.property(fc.string(), (text) => buckets.includes(acceptBucket(text))))
    fc.assert(
      fc.property(
        fc.array(piece).map((parts) => parts.join('')),
        (text) => buckets.includes(acceptBucket(text)),
      ),
    )
  })

  it.each([
    ['commas', ','],
    ['semicolons', ';'],
    ['quotes', '"'],
    ['spaces', ' '],
    ['entries', 'image/avif;q=0.5,'],
    ['q and spaces', 'image/avif;q= '],
    ['zeros', '0'],
  ])('reads 100 KB of %s in under 10 ms', (_, piece) => {
    const header = `image/avif;q=${piece}`.padEnd(102_400, piece)
    const ended = `image/avif;q=0${piece}`.padEnd(8190, piece).concat('x')
    const took = [1, 2, 3].map(() =>
      cpuMilliseconds(() => {
        acceptBucket(header)
        acceptBucket(ended)
      }),
    )
    expect(Math.min(...took)).toBeLessThan(10)
  })
})

describe('negotiateFormat', () => {
  it.each([
    ['avif,webp', ['avif', 'webp', 'jpeg'], 'avif'],
    ['avif,webp', ['webp', 'avif', 'jpeg'], 'webp'],
    ['webp,avif', ['avif', 'webp', 'jpeg'], 'webp'],
    ['webp,avif', ['avif', 'jpeg'], 'avif'],
    ['webp', ['avif', 'webp', 'jpeg'], 'webp'],
    ['avif', ['webp', 'avif', 'jpeg'], 'avif'],
    ['none', ['avif', 'webp', 'jpeg'], 'jpeg'],
    ['none', ['avif', 'webp', 'png'], 'png'],
    ['none', ['png', 'jpeg', 'webp'], 'png'],
    ['avif,webp', ['jpeg', 'avif'], 'jpeg'],
    ['none', ['avif', 'webp'], 'jpeg'],
    ['none', [], 'jpeg'],
    ['avif', ['jxl', 'tiff', 'avif'], 'avif'],
  ] as const)('%s with %o gives %s', (bucket, candidates, expected) => {
    expect(negotiateFormat(bucket, candidates)).toBe(expected)
  })

  it('never gives WebP or AVIF to a client that did not name it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...buckets),
        fc.array(fc.constantFrom('jpeg', 'png', 'webp', 'avif', 'gif', 'jxl', 'tiff', 'svg')),
        (bucket, candidates) => {
          const format = negotiateFormat(bucket, candidates)
          expect(['jpeg', 'png', 'gif', ...bucket.split(',')]).toContain(format)
        },
      ),
    )
  })
})

describe('formatsFor', () => {
  it.each([
    ['none', ['jpeg', 'png', 'gif']],
    ['webp', ['webp', 'jpeg', 'png', 'gif']],
    ['avif', ['avif', 'jpeg', 'png', 'gif']],
    ['avif,webp', ['avif', 'webp', 'jpeg', 'png', 'gif']],
    ['webp,avif', ['webp', 'avif', 'jpeg', 'png', 'gif']],
  ] as const)('lists what a client of %s shows', (bucket, formats) => {
    expect(formatsFor(bucket)).toEqual(formats)
  })
})
