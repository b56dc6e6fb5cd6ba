/** Steps whose colours are meant in sRGB, for pixels that are in Display P3. */
import type { FourChannels, Rgba, Step } from '@fovea/core/model'
import { inDisplayP3 } from './display-p3.ts'

/** The same step with its colours in Display P3; steps that name no colour as they are. */
export function stepInP3(step: Step): Step {
  // Drawn in sRGB with colours of its own (emoji); the drawing is converted.
  if (step.step === 'text') return step
  if ('background' in step) return { ...step, background: inDisplayP3(step.background) }
  if ('color' in step) return { ...step, color: inDisplayP3(step.color) }
  if (step.step === 'wash') return { ...step, from: inDisplayP3(step.from), to: inDisplayP3(step.to) }
  if (step.step === 'shades') return { ...step, colors: step.colors.map(inDisplayP3) }
  if (step.step === 'within') return { ...step, steps: step.steps.map(stepInP3) }
  return step.step === 'linear' ? linearInP3(step) : step
}

/** The colours that black and white become are what a linear step names; greys are the same in both spaces. */
function linearInP3(step: Extract<Step, { step: 'linear' }>): Step {
  const { gain, offset } = step
  const dark = rgbaOf(offset)
  const light = rgbaOf(gain.map((value, index) => value * 255 + (offset[index] ?? 0)))
  if (isGrey(dark) && isGrey(light)) return step
  const [from, to] = [inDisplayP3(dark), inDisplayP3(light)]
  return {
    ...step,
    gain: [(to.r - from.r) / 255, (to.g - from.g) / 255, (to.b - from.b) / 255, gain[3]] as FourChannels,
    offset: [from.r, from.g, from.b, offset[3]],
  }
}

function rgbaOf([r = 0, g = 0, b = 0]: readonly number[]): Rgba {
  return { r, g, b, alpha: 1 }
}

function isGrey({ r, g, b }: Rgba): boolean {
  return r === g && g === b
}
