import { describe, expect, it } from 'vitest'
import { judge, summaryLine, type VitestReport } from './results.ts'

function report(...files: readonly (readonly string[] | 'broken')[]): VitestReport {
  return {
    testResults: files.map((file, index) => ({
      name: `file-${index}`,
      status: file === 'broken' || file.includes('failed') ? 'failed' : 'passed',
      assertionResults: (file === 'broken' ? [] : file).map((status, at) => ({
        fullName: `test ${index} ${at}`,
        status,
      })),
    })),
  }
}

describe('judge', () => {
  it('counts tests by what became of them', () => {
    expect(judge(report(['passed', 'failed'], ['passed', 'pending', 'todo']), [], false)).toMatchObject({
      passed: 2,
      failed: 1,
      skipped: 2,
    })
  })

  it('counts a file that did not load as one failure', () => {
    expect(judge(report('broken', ['passed']), [], false)).toMatchObject({ passed: 1, failed: 1 })
  })

  it('fails an unexplained skip when strict, and names it', () => {
    expect(
      judge(report(['skipped', 'skipped']), [{ name: /^test 0 1$/, why: 'no such kernel' }], true),
    ).toEqual({
      passed: 0,
      failed: 1,
      skipped: 1,
      unexplained: ['file-0: test 0 0'],
      retried: [],
    })
  })

  it('names what passed only when it was tried again, and why', () => {
    const failureMessages = ['Error: port taken\n    at listen']
    const assertionResults = [{ fullName: 'listens', status: 'passed', failureMessages }]
    const judged = judge({ testResults: [{ name: 'a', status: 'passed', assertionResults }] }, [], true)
    expect(judged).toMatchObject({ passed: 1, failed: 0, retried: ['a: listens: Error: port taken'] })
  })
})

describe('summaryLine', () => {
  it.each([
    [{ passed: 3, failed: 0, skipped: 0 }, '3 passed, 0 failed'],
    [{ passed: 3, failed: 1, skipped: 2 }, '3 passed, 1 failed, 2 skipped'],
  ])('%j', (counts, line) => {
    expect(summaryLine(counts)).toBe(line)
  })
})
