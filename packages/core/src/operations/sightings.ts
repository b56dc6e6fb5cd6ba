/**
 * What models found, behind each step: it is found once, on the picture as it was, and moves with the pixels. Pure.
 */
import type { Size } from '../geometry/size.ts'
import { cutSubjects, flipSubjects, flopSubjects, type Subject, turnSubjects } from '../geometry/subject.ts'
import type { Step } from '../steps/step.ts'
import type { Facts } from './frame.ts'

/** What models find in a picture. */
export type Sightings = Pick<Facts, 'faces' | 'subjects'>

/** Without what only the pixels tell, behind a free rotation say. */
export function sightingsAfter(facts: Partial<Facts>, frame: Size, step: Step): Partial<Sightings> {
  const { faces, subjects } = facts
  if (faces === undefined && subjects === undefined) return {}
  const move = moverOf(frame, step)
  if (move === undefined) return {}
  return lastingFacts({ ...(faces && { faces: move(faces) }), ...(subjects && { subjects: move(subjects) }) })
}

/** What was found behind the steps, which are mirrors and turns, as it lay before them. */
export function sightingsBefore(
  { faces, subjects }: Partial<Sightings>,
  steps: readonly Step[],
): Partial<Sightings> {
  return {
    ...(faces && { faces: subjectsBefore(faces, steps) }),
    ...(subjects && { subjects: subjectsBefore(subjects, steps) }),
  }
}

function subjectsBefore(subjects: readonly Subject[], steps: readonly Step[]): readonly Subject[] {
  return steps.reduceRight((moved, step) => {
    if (step.step === 'flip') return flipSubjects(moved)
    if (step.step === 'flop') return flopSubjects(moved)
    return step.step === 'turn' ? turnSubjects(moved, 4 - step.quarters) : moved
  }, subjects)
}

/** What outlives an operation: of a border or a main colour nothing is known once pixels have changed. */
export function lastingFacts({ faces, subjects }: Partial<Facts>): Partial<Sightings> {
  return { ...(faces === undefined ? {} : { faces }), ...(subjects === undefined ? {} : { subjects }) }
}

/** How a step moves what was found; undefined where only the engine knows. */
function moverOf(
  { width, height }: Size,
  step: Step,
): ((subjects: readonly Subject[]) => readonly Subject[]) | undefined {
  switch (step.step) {
    case 'extract':
      return (subjects) => cutSubjects(subjects, { width, height }, step)
    case 'flip':
      return flipSubjects
    case 'flop':
      return flopSubjects
    case 'turn':
      return (subjects) => turnSubjects(subjects, step.quarters)
    case 'extend':
    case 'backdrop': {
      const canvas = { width: width + step.left + step.right, height: height + step.top + step.bottom }
      const box = { left: -step.left, top: -step.top, ...canvas }
      return (subjects) => cutSubjects(subjects, { width, height }, box)
    }
    case 'interest':
    case 'rotate':
      return undefined
    default:
      return (subjects) => subjects
  }
}
