import { describe, expect, it } from 'vitest'
import { judge, type Loss } from './verdict.ts'

const crash: Loss = {
  reason: 'died',
  wasTakenUp: true,
  crashes: 0,
  misses: 0,
  deadlineMs: 1_000,
  maxWorkerBytes: 2_000,
}

describe('judge', () => {
  it.each<[string, Partial<Loss>, object]>([
    ['a first crash is tried again', {}, { kind: 'again', because: 'crash' }],
    ['a reply without sense counts as a crash', { reason: 'garbled' }, { kind: 'again', because: 'crash' }],
    ['a second crash bans the source', { crashes: 1 }, { kind: 'fail', because: 'crash', strikes: 2 }],
    [
      'a passed deadline is never tried again',
      { reason: 'deadline' },
      { kind: 'fail', because: 'deadline', strikes: 0 },
    ],
    [
      'a kill for memory is never tried again',
      { reason: 'memory' },
      { kind: 'fail', because: 'memory', strikes: 1 },
    ],
    [
      'a child that never took the job up costs nothing',
      { wasTakenUp: false, reason: 'unacknowledged' },
      { kind: 'again', because: 'miss' },
    ],
    ['even when it died by itself', { wasTakenUp: false }, { kind: 'again', because: 'miss' }],
    ['but not for ever', { wasTakenUp: false, misses: 3 }, { kind: 'fail', because: 'miss', strikes: 0 }],
    [
      'a closing pool fails what is left',
      { reason: 'closing' },
      { kind: 'fail', because: 'closing', strikes: 0 },
    ],
    ['an abort is nobody’s fault', { reason: 'aborted' }, { kind: 'fail', because: 'aborted', strikes: 0 }],
  ])('%s', (_, about, expected) => {
    expect(judge({ ...crash, ...about })).toMatchObject(expected)
  })

  it.each<[Partial<Loss>, number, string]>([
    [{ crashes: 1 }, 422, 'source/undecodable'],
    [{ reason: 'memory' }, 422, 'source/undecodable'],
    [{ reason: 'deadline' }, 504, 'render/timeout'],
    [{ wasTakenUp: false, misses: 3 }, 503, 'capacity/exhausted'],
    [{ reason: 'closing' }, 503, 'capacity/draining'],
  ])('tells the client of %j: %i %s', (about, status, code) => {
    expect(judge({ ...crash, ...about })).toMatchObject({ problem: { status, code } })
  })
})
