/**
 * Packs resolved steps into engine passes.
 *
 * An engine executes a fixed order whatever the call order, so a step may join the current pass only when a slot
 * of its kind lies behind the last one used and no pair is marked apart; otherwise the pass is closed and the next
 * one starts from raw pixels. Pure; O(steps × slots).
 */
import { type Frame, frameAfter } from '../operations/index.ts'
import type { Step } from '../steps/index.ts'
import type { EngineProfile, Pass } from './engine-profile.ts'

/**
 * Splits `steps` into passes, in order; greedy, which is optimal here because a pass that may hold a run of steps
 * may hold each of its prefixes.
 * @throws RangeError when a step's kind has no slot and is not alone: a hole in the profile, never in the request
 */
export function pack(steps: readonly Step[], start: Frame, profile: EngineProfile): readonly Pass[] {
  const passes: [Step, ...Step[]][] = []
  let slot = -1
  let frame = start
  for (const step of steps) {
    const current = passes.at(-1)
    const next = current === undefined ? -1 : nextSlot(step, current, slot, frame.hasAlpha, profile)
    if (current === undefined || next < 0) {
      passes.push([step])
      slot = firstSlot(step, profile)
    } else {
      current.push(step)
      slot = next
    }
    frame = frameAfter(frame, step)
  }
  return passes
}

/** The slot this step takes in the current pass, -1 when it must not join. */
function nextSlot(
  step: Step,
  pass: readonly Step[],
  lastSlot: number,
  hasAlpha: boolean,
  profile: EngineProfile,
): number {
  const isAlone =
    profile.alone.includes(step.step) || pass.some((member) => profile.alone.includes(member.step))
  if (isAlone) return -1
  const pairs = hasAlpha ? [...profile.apart, ...profile.apartWithAlpha] : profile.apart
  const isApart = pairs.some(
    ([earlier, later]) => later === step.step && pass.some((member) => member.step === earlier),
  )
  return isApart ? -1 : profile.order.indexOf(step.step, lastSlot + 1)
}

function firstSlot(step: Step, profile: EngineProfile): number {
  const slot = profile.order.indexOf(step.step)
  if (slot < 0 && !profile.alone.includes(step.step)) throw new RangeError(`No slot for step ${step.step}`)
  return slot
}
