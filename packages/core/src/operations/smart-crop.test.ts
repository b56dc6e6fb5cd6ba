import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contains } from '../geometry/index.ts'
import type { Subject, SubjectKind } from '../geometry/subject.ts'
import { subjectKinds } from '../geometry/subject.ts'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import type { Step } from '../steps/index.ts'
import { type Frame, lowerOperation, type OperationInput, operationNamed } from './index.ts'

const smartCrop = operationNamed('smartCrop')
type Options = Omit<Extract<OperationInput, { op: 'smartCrop' }>, 'op'>

function subject(kind: SubjectKind, left: number, top: number, width: number, height: number): Subject {
  return { kind, left, top, width, height, score: 0.9 }
}

const face = subject('face', 0.4, 0.4, 0.1, 0.2)
const other = subject('face', 0.8, 0.4, 0.1, 0.2)
const dog = subject('animal', 0, 0.5, 0.2, 0.5)
const chair = subject('object', 0.6, 0.5, 0.2, 0.4)

function lower(options: Options, found: readonly Subject[], size = { width: 2000, height: 1000 }) {
  const faces = found.filter(({ kind }) => kind === 'face')
  const frame: Frame = {
    ...size,
    hasAlpha: false,
    pages: 1,
    format: 'jpeg',
    facts: { faces, subjects: found },
    limits: defaultLimits,
  }
  return parsePipeline([{ op: 'smartCrop', ...options }], defaultLimits).flatMap((operation) =>
    lowerOperation(operation, frame),
  )
}

const box = (left: number, top: number, width: number, height: number): Step => ({
  step: 'extract',
  left,
  top,
  width,
  height,
})

describe('a smart crop', () => {
  it('shrinks first and then cuts around the subject, where a size is asked for', () => {
    expect(lower({ width: 200, height: 200 }, [dog])).toEqual([
      { step: 'resize', width: 400, height: 200, kernel: 'lanczos3' },
      box(0, 0, 200, 200),
    ])
  })

  it('cuts the largest box of a shape and scales nothing', () => {
    expect(lower({ aspect: '1:1' }, [chair])).toEqual([box(900, 0, 1000, 1000)])
  })

  it('keeps a face before an animal, and an animal before a thing', () => {
    const leftOf = (found: readonly Subject[]) => {
      const [step] = lower({ aspect: '1:3' }, found)
      return step?.step === 'extract' ? step.left : undefined
    }
    // The face ends at 1 800 px, the dog at 400 px.
    expect(leftOf([dog, chair, other])).toBeGreaterThanOrEqual(1800 - 333)
    expect(leftOf([chair, dog])).toBeLessThanOrEqual(400 - 333)
  })

  it.each<[string, Options, readonly Subject[], Step]>([
    ['the subject alone at 1', { tightness: 1 }, [face], box(800, 400, 200, 200)],
    [
      'with room in parts of its sides',
      { tightness: 1, padding: 0.5 },
      [subject('face', 0.4, 0.4, 0.1, 0.1)],
      box(700, 350, 400, 200),
    ],
    [
      'in the shape asked for',
      { tightness: 1, aspect: '2:1' },
      [subject('face', 0.4, 0.2, 0.1, 0.2)],
      box(700, 200, 400, 200),
    ],
    ['halfway from all to it', { tightness: 0.5, aspect: '1:1' }, [face], box(600, 200, 600, 600)],
    ['all faces together', { tightness: 1, subject: 'face' }, [face, other, dog], box(800, 400, 1000, 200)],
    [
      'the one that was asked for',
      { tightness: 1, subject: 'face', index: 2 },
      [face, other],
      box(1600, 400, 200, 200),
    ],
    [
      'all where there are fewer',
      { tightness: 1, subject: 'face', index: 3 },
      [face, other],
      box(800, 400, 1000, 200),
    ],
    [
      'things when they were asked for',
      { tightness: 1, subject: 'object' },
      [face, chair],
      box(1200, 500, 400, 400),
    ],
  ])('cuts tightly around: %s', (_, options, found, expected) => {
    expect(lower(options, found)).toEqual([expected])
  })

  it('scales a tight cut to the size', () => {
    expect(lower({ width: 50, height: 50, tightness: 1 }, [face])).toEqual([
      box(800, 400, 200, 200),
      { step: 'resize', width: 50, height: 50, kernel: 'lanczos3' },
    ])
  })

  it('goes elsewhere where nothing is found', () => {
    expect(lower({ aspect: '1:1' }, [])).toEqual([
      { step: 'interest', width: 1000, height: 1000, strategy: 'attention' },
    ])
    expect(lower({ aspect: '1:1', otherwise: 'right', tightness: 1 }, [])).toEqual([box(1000, 0, 1000, 1000)])
    expect(lower({ aspect: '1:1', subject: 'animal', otherwise: 'left' }, [face])).toEqual([
      box(0, 0, 1000, 1000),
    ])
    expect(lower({ tightness: 1 }, [])).toEqual([])
  })

  it('goes around what has the name, of that kind and the one asked for', () => {
    const cat: Subject = { ...subject('animal', 0.5, 0, 0.1, 0.2), label: 'cat' }
    const all = [face, { ...dog, label: 'dog' }, cat, { ...chair, label: 'chair' }]
    expect(lower({ labels: ['cat'], tightness: 1 }, all)).toEqual([box(1000, 0, 200, 200)])
    expect(lower({ labels: ['cat', 'dog'], index: 2, tightness: 1 }, all)).toEqual([box(1000, 0, 200, 200)])
    expect(lower({ labels: ['cat', 'chair'], subject: 'object', tightness: 1 }, all)).toEqual([
      box(1200, 500, 400, 400),
    ])
    expect(lower({ labels: ['zebra'], tightness: 1 }, all)).toEqual([])
  })

  it('has a size that only the picture tells where it is tight and not scaled', () => {
    const isSizeFound = (options: Options) => smartCrop.isSizeFound?.(smartCrop.params.parse(options))
    expect(isSizeFound({ aspect: '1:1', tightness: 0.1 })).toBe(true)
    expect(isSizeFound({ aspect: '1:1' })).toBe(false)
    expect(isSizeFound({ width: 5, height: 5, tightness: 1 })).toBe(false)
  })

  it.each<[Options, string]>([
    [{}, 'needs a width and a height, an aspect or a tightness'],
    [{ width: 5 }, 'needs both width and height'],
    [{ width: 5, height: 5, aspect: '1:1' }, 'must be absent beside width and height'],
    [{ aspect: '1:1', index: 1 }, 'must stand beside labels or a subject other than any'],
    [{ aspect: '1:1', subject: 'face', labels: ['dog'] }, 'must be absent beside the subject face'],
  ])('refuses %o', (options, complaint) => {
    expect(smartCrop.params.safeParse(options).error?.message).toContain(complaint)
  })

  it('lies inside the image, and holds the subject when it is tight, whatever was found', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const side = fc.integer({ min: 1, max: 5000 })
    const found = fc
      .tuple(fc.constantFrom(...subjectKinds), share, share, share, share)
      .map(([kind, x, y, w, h]) => {
        const [width, height] = [0.01 + w * 0.9, 0.01 + h * 0.9]
        return subject(kind, x * (1 - width), y * (1 - height), width, height)
      })
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.array(found, { maxLength: 4 }),
        share,
        (width, height, w, h, all, tightness) => {
          const size = { width, height }
          for (const step of lower({ aspect: `${w}:${h}`, tightness, otherwise: 'center' }, all, size))
            expect(step.step === 'extract' && contains(size, step)).toBe(true)
          const [one] = all
          if (one === undefined) return
          const [cut = box(0, 0, width, height)] = lower({ tightness: 1 }, [one], size)
          if (cut.step !== 'extract') throw new TypeError(cut.step)
          expect(cut.left).toBeLessThanOrEqual(one.left * width + 1)
          expect(cut.left + cut.width).toBeGreaterThanOrEqual((one.left + one.width) * width - 1)
          expect(cut.top).toBeLessThanOrEqual(one.top * height + 1)
          expect(cut.top + cut.height).toBeGreaterThanOrEqual((one.top + one.height) * height - 1)
        },
      ),
    )
  })
})
