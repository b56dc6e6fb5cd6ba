/**
 * Wide blurs, done on a smaller picture.
 *
 * What a Gaussian of 50 px leaves has no detail that a picture of a quarter of the size could not hold, and the
 * work grows with sigma: 200 px on 12 MP would hold a core for 4 s, 1000 px for 20 s. So a wide blur is shrink, blur,
 * enlarge. Only the edges differ from the direct way: there the colour that is continued outwards is that of a few
 * rows instead of one.
 */
import { roundSide } from '../geometry/index.ts'
import { type Frame, frameAfter } from '../operations/index.ts'
import type { Step } from '../steps/index.ts'

/** Sigma that a wide blur is brought down to; the result of up to twice this much is computed directly. */
const narrowSigma = 16
/** Least that a side is shrunk to, px. */
const smallestSide = 24

/** Steps as they are executed: a wide blur in three steps, any other as it is. */
export function expandWideBlurs(steps: readonly Step[], start: Frame): readonly Step[] {
  let frame = start
  return steps.flatMap((step) => {
    const expanded = asExecuted(step, frame)
    frame = frameAfter(frame, step)
    return expanded
  })
}

function asExecuted(step: Step, frame: Frame): readonly Step[] {
  if (step.step === 'within') {
    const { width, height } = step
    return [{ ...step, steps: expandWideBlurs(step.steps, { ...frame, width, height }) }]
  }
  return step.step === 'blur' && step.sigma > 2 * narrowSigma ? onSmaller(step, frame) : [step]
}

function onSmaller(blur: Step & { readonly step: 'blur' }, { width, height }: Frame): readonly Step[] {
  const shrunk = (side: number) =>
    Math.min(side, Math.max(smallestSide, roundSide((side * narrowSigma) / blur.sigma)))
  const small = { width: shrunk(width), height: shrunk(height) }
  const scale = Math.sqrt((small.width / width) * (small.height / height))
  return [
    { step: 'resize', ...small, kernel: 'linear' },
    { ...blur, sigma: blur.sigma * scale },
    { step: 'resize', width, height, kernel: 'cubic' },
  ]
}
