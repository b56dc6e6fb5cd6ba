export { type ProblemCode, problemCodes } from './codes.ts'
export { nearest } from './nearest.ts'
export {
  deserialiseProblem,
  Problem,
  type ProblemMember,
  type ProblemOptions,
  problem,
  type SerialisedProblem,
} from './problem.ts'
