/** Turns vitest's JSON report into counts, and decides which skipped tests are in order. */

/** The part of vitest's JSON reporter that is read here (it has the shape of Jest's). */
export interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      /** Of every try, so that a test that passed has some when it was tried again. */
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** A test that may be skipped even where nothing may be skipped silently. */
export interface AllowedSkip {
  readonly name: RegExp
  readonly why: string
}

export interface Judged extends Counts {
  /** Skipped tests without an allowance: `file: name`. */
  readonly unexplained: readonly string[]
  /** Tests that passed only when they were tried again: `file: name: the first line of what went wrong`. */
  readonly retried: readonly string[]
}

/**
 * Counts a report. A file that failed as a whole (it did not load, a hook threw) counts as one failure when none of
 * its tests did. With `strict`, a skipped test that no allowance names counts as failed.
 */
export function judge(report: VitestReport, allowed: readonly AllowedSkip[], strict: boolean): Judged {
  let passed = 0
  let failed = 0
  let skipped = 0
  const unexplained: string[] = []
  const retried: string[] = []
  for (const file of report.testResults) {
    let failedHere = 0
    for (const test of file.assertionResults) {
      if (test.status === 'passed') {
        passed++
        const [message] = test.failureMessages ?? []
        if (message !== undefined) retried.push(`${file.name}: ${test.fullName}: ${message.split('\n')[0]}`)
      } else if (test.status === 'failed') failedHere++
      else if (allowed.some(({ name }) => name.test(test.fullName))) skipped++
      else {
        unexplained.push(`${file.name}: ${test.fullName}`)
        if (strict) failedHere++
        else skipped++
      }
    }
    if (failedHere === 0 && file.status === 'failed') failedHere = 1
    failed += failedHere
  }
  return { passed, failed, skipped, unexplained, retried }
}

/** `N passed, N failed`, and `, N skipped` when there are any. */
export function summaryLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
