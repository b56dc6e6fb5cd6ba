/** Which pictures are tried again: the server is busy, or the picture's host does not answer. */
import type { Problem } from '@fovea/core'
import { mayYetSucceed } from '../jobs/index.ts'

const attempts = 5
/** Minutes each, of a child that others wait for: a busy machine is a reason for a second one, no more. */
const longAttempts = 2

/** @param attempt how many there have been */
export function isTriedAgain(error: Problem, attempt: number): boolean {
  return mayYetSucceed(error) && attempt < (error.code === 'render/timeout' ? longAttempts : attempts)
}
