import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rewriteExamples } from '../../../../fixtures/rewrite-examples.ts'
import { frameOf } from '../operations/frame.test-kit.ts'
import { type Frame, frameAfterAll } from '../operations/index.ts'
import type { Step } from '../steps/index.ts'
import { rewrite, rules } from './rewrite.ts'
import { cells, orientation, walk } from './testing/cells.ts'

const frame = frameOf(400, 300)
const withAlpha: Frame = { ...frame, hasAlpha: true, format: 'png' }
const plain = { shrinksOnLoad: false }
const plainExample: { hasAlpha?: boolean; shrinksOnLoad?: boolean } = {}

const turn: Step = { step: 'turn', quarters: 1 }
const flop: Step = { step: 'flop' }
const grey: Step = { step: 'greyscale' }
const modulate: Step = { step: 'modulate', brightness: 1.2, saturation: 1, hue: 0, lightness: 0 }
const white = { r: 255, g: 255, b: 255, alpha: 1 }
const flatten: Step = { step: 'flatten', background: white }
const blur = (sigma: number): Step => ({ step: 'blur', sigma })
const resize = (width: number, height: number): Step => ({
  step: 'resize',
  width,
  height,
  kernel: 'lanczos3',
})
const cut = (left: number, top: number, width: number, height: number): Step => ({
  step: 'extract',
  left,
  top,
  width,
  height,
})
const extend = (alpha: number): Step => ({
  step: 'extend',
  top: 1,
  right: 2,
  bottom: 3,
  left: 4,
  background: { r: 100, g: 0, b: 0, alpha },
})

describe('each rule', () => {
  it('has an example', () => {
    expect(Object.keys(rewriteExamples).sort()).toEqual(Object.keys(rules).sort())
  })

  it.each(Object.entries(rewriteExamples))('%s does what its example says', (name, example) => {
    const { before, after, hasAlpha = false, shrinksOnLoad = false } = { ...plainExample, ...example }
    const start: Frame = { ...frame, width: 120, height: 90, hasAlpha }
    const frames = before.map((_, index) => frameAfterAll(start, before.slice(0, index)))
    const applied = before.flatMap((_, index) => {
      const spot = { steps: before, frames, index, options: { shrinksOnLoad } }
      const edit = rules[name as keyof typeof rules](spot)
      return edit === undefined ? [] : [before.toSpliced(index, edit.remove, ...edit.insert)]
    })
    expect(applied[0]).toEqual(after)
  })
})

describe('rewrite', () => {
  it.each<[string, Frame, readonly Step[], readonly Step[]]>([
    ['drops a resize to the same size', frame, [resize(400, 300)], []],
    ['drops a cut of everything', frame, [cut(0, 0, 400, 300)], []],
    ['drops flatten without alpha', frame, [flatten], []],
    ['drops an empty border', frame, [{ ...extend(1), top: 0, right: 0, bottom: 0, left: 0 } as Step], []],
    ['drops a modulation that changes nothing', frame, [{ ...modulate, brightness: 1 } as Step], []],
    ['drops a turn of no degrees', frame, [{ step: 'rotate', angle: 360, background: white }], []],
    ['adds quarter turns', frame, [turn, turn], [{ step: 'turn', quarters: 2 }]],
    ['cancels mirrors that a shrink parts', frame, [flop, resize(200, 150), flop], [resize(200, 150)]],
    ['composes cuts', frame, [cut(10, 20, 200, 200), cut(5, 6, 50, 60)], [cut(15, 26, 50, 60)]],
    ['brings a cut before colour maths', frame, [modulate, cut(1, 2, 50, 60)], [cut(1, 2, 50, 60), modulate]],
    ['brings greyscale before a turn', frame, [turn, grey], [grey, turn]],
    ['brings modulate behind a turn', frame, [modulate, turn], [turn, modulate]],
    ['shrinks before a turn, sides swapped', frame, [turn, resize(150, 200)], [resize(200, 150), turn]],
    [
      'does not swap a turn with a pick of nearest pixels',
      frame,
      [turn, { ...resize(150, 200), kernel: 'nearest' } as Step],
      [turn, { ...resize(150, 200), kernel: 'nearest' } as Step],
    ],
    ['does not enlarge before a turn', frame, [turn, resize(600, 800)], [turn, resize(600, 800)]],
    ['does not swap when one side grows', frame, [turn, resize(150, 800)], [turn, resize(150, 800)]],
    [
      'cuts before a turn and so brings the shrink to the front',
      frame,
      [turn, cut(0, 0, 300, 200), resize(150, 100)],
      [cut(0, 0, 200, 300), resize(100, 150), turn],
    ],
    [
      'turns before a cut that stands behind a resize',
      frame,
      [resize(200, 150), cut(10, 20, 100, 50), turn],
      [resize(200, 150), turn, cut(80, 10, 50, 100)],
    ],
    // Ringing of the resampler would be composed differently: up to 20 of 255 on hard edges.
    ['does not flatten before a resize', withAlpha, [resize(200, 150), flatten], [resize(200, 150), flatten]],
    [
      'flattens a border in its own colour',
      withAlpha,
      [extend(0.5), flatten],
      [flatten, { ...extend(1), background: { r: 178, g: 128, b: 128, alpha: 1 } } as Step],
    ],
    [
      'needs no flatten when only the border was transparent',
      frame,
      [resize(200, 150), extend(0), flatten],
      [resize(200, 150), { ...extend(1), background: white } as Step],
    ],
    ['leaves a narrow blur alone', frame, [blur(8)], [blur(8)]],
  ])('%s', (_, start, steps, wanted) => {
    expect(rewrite(steps, start, plain)).toEqual(wanted)
  })

  it('shrinks before a cut only where corners meet whole pixels and most of the picture stays', () => {
    const loading = { shrinksOnLoad: true }
    const even = [cut(40, 20, 320, 260), resize(80, 65)]
    expect(rewrite(even, frame, loading)).toEqual([resize(100, 75), cut(10, 5, 80, 65)])
    expect(rewrite(even, frame, plain)).toEqual(even)
    const odd = [cut(41, 20, 320, 260), resize(80, 65)]
    expect(rewrite(odd, frame, loading)).toEqual(odd)
    const little = [cut(40, 20, 160, 120), resize(40, 30)]
    expect(rewrite(little, frame, loading)).toEqual(little)
    const behind = [blur(2), ...even]
    expect(rewrite(behind, frame, loading)).toEqual(behind)
  })

  it('moves pixels to where they were wanted, whatever the order of cuts and turns', () => {
    const geometry = fc.array(
      fc.oneof(orientation, fc.record({ x: fc.nat(3), y: fc.nat(3), less: fc.nat(2) })),
      {
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(geometry, (wishes) => {
        const steps = realise(wishes)
        const start = { ...frame, width: 24, height: 20 }
        const rewritten = rewrite(steps, start, plain)
        expect(walk(cells(24, 20), rewritten)).toEqual(walk(cells(24, 20), steps))
        expect(rewritten.length).toBeLessThanOrEqual(3)
      }),
    )
  })

  it('keeps the frame and comes to rest for any steps', () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      orientation,
      fc.constantFrom<Step>(grey, modulate, flatten, blur(1), blur(90), extend(0), extend(1)),
      fc
        .record({ width: fc.integer({ min: 20, max: 900 }), height: fc.integer({ min: 20, max: 900 }) })
        .map(({ width, height }) => resize(width, height)),
    )
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.boolean(),
        fc.boolean(),
        (steps, alpha, shrinksOnLoad) => {
          const start = alpha ? withAlpha : frame
          const rewritten = rewrite(steps, start, { shrinksOnLoad })
          expect(frameAfterAll(start, rewritten)).toEqual(frameAfterAll(start, steps))
          expect(rewrite(rewritten, start, { shrinksOnLoad })).toEqual(rewritten)
        },
      ),
    )
  })
})

/** Cuts that fit the frame at their place. */
function realise(wishes: readonly (Step | { x: number; y: number; less: number })[]): readonly Step[] {
  let size = { width: 24, height: 20 }
  return wishes.flatMap((wish): readonly Step[] => {
    const step =
      'step' in wish ? wish : cut(wish.x, wish.y, size.width - 3 - wish.less, size.height - 3 - wish.less)
    if (step.step === 'extract' && Math.min(step.width, step.height) < 2) return []
    size = frameAfterAll({ ...frame, ...size }, [step])
    return [step]
  })
}
