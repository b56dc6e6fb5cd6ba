/**
 * Transactions that are known as a whole before they begin: on SQLite they take one message to its thread instead of one
 * for each statement, while all other writers wait.
 */
import { stat } from 'node:fs/promises'
import type { TransactionQueries } from './database.ts'
import type { Step } from './step.ts'

/** Thrown to roll back what turned out not to hold. */
class NotSo extends Error {}

/** The same over any transaction, one statement after the other. */
export async function runSteps(
  transaction: (work: (queries: TransactionQueries) => Promise<void>) => Promise<void>,
  steps: readonly Step[],
): Promise<boolean> {
  try {
    await transaction(async (queries) => {
      for (const step of steps) if (!(await holds(queries, step))) throw new NotSo()
    })
    return true
  } catch (error) {
    if (error instanceof NotSo) return false
    throw error
  }
}

/** Whether one part of such a transaction holds; does what it says. */
export async function holds(queries: TransactionQueries, step: Step): Promise<boolean> {
  if ('fileMustExist' in step)
    return stat(step.fileMustExist).then(
      (found) => found.isFile(),
      () => false,
    )
  const { rows } = await queries.executeQuery(step.query.compile())
  return step.mustReturn !== true || rows.length > 0
}
