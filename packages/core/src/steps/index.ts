export { type Kernel, type Step, type StepKind, stepTraits } from './step.ts'
