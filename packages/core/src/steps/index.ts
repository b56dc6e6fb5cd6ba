export { type BlendMode, blendModes } from './blend.ts'
export { type CurveShape, curve, fromLinear, toLinear } from './curve.ts'
export {
  type FourChannels,
  type Kernel,
  type PixelStepKind,
  pixelSteps,
  type Step,
  type StepKind,
  stepTraits,
} from './step.ts'
export { type FontFamily, fontFamilies, type TextStep } from './text.ts'
