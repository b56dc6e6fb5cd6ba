/**
 * What the planner must know of an engine: the fixed order in which one run executes steps, whatever the call order.
 *
 * Data, not code: another engine is another table. The engine's equivalence test proves its table.
 */
import type { Step, StepKind } from '../steps/index.ts'

export interface EngineProfile {
  /** Slots in execution order. A kind may stand twice when the engine can do it at two places of one run. */
  readonly order: readonly StepKind[]
  /** Pairs (earlier, later) that rank allows but that give wrong pixels when they share a pass. */
  readonly apart: readonly (readonly [StepKind, StepKind])[]
  /** Pairs that must not share a pass when the image has alpha before the later step. */
  readonly apartWithAlpha: readonly (readonly [StepKind, StepKind])[]
  /** Steps that never share a pass. */
  readonly alone: readonly StepKind[]
}

/** Steps that one engine run executes; never empty. */
export type Pass = readonly [Step, ...Step[]]
