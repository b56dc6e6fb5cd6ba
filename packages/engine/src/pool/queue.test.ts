import { describe, expect, it } from 'vitest'
import type { Lane } from './protocol.ts'
import { JobQueue, type Queued } from './queue.ts'

interface TestJob extends Queued {
  readonly name: string
}

let serial = 0

function waiting(name: string, lane: Lane = 'fast', bytes = 1): TestJob {
  return { name, cost: { bytes, cpuMs: 1, lane }, queuedAt: serial++ }
}

function queueOf(limits: {
  slots?: number
  maxQueued?: number
  maxInflightBytes?: number
}): JobQueue<TestJob> {
  return new JobQueue({ slots: 4, maxQueued: 10, maxInflightBytes: 100, ...limits })
}

/** Names of all jobs that may start now, in order. */
function started(queue: JobQueue<TestJob>, now = serial): string[] {
  const names: string[] = []
  for (let next = queue.next(now); next !== undefined; next = queue.next(now)) names.push(next.name)
  return names
}

describe('order', () => {
  it('is first come, first served, whatever the lane', () => {
    const queue = queueOf({})
    for (const [name, lane] of [
      ['a', 'slow'],
      ['b', 'fast'],
      ['c', 'slow'],
      ['d', 'fast'],
    ] as const) {
      queue.add(waiting(name, lane))
    }
    expect(started(queue)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('puts a job that lost its child before the others of its lane', () => {
    const queue = queueOf({})
    queue.add(waiting('a'))
    queue.addFirst(waiting('again'))
    expect(started(queue)).toEqual(['again', 'a'])
  })

  it('forgets a job that was taken out', () => {
    const queue = queueOf({})
    const gone = waiting('gone')
    queue.add(gone)
    queue.add(waiting('b'))
    expect(queue.remove(gone)).toBe(true)
    expect(queue.remove(gone)).toBe(false)
    expect(started(queue)).toEqual(['b'])
  })
})

describe('the slow lane', () => {
  it.each([
    [1, ['s1']],
    [2, ['s1', 'f1']],
    [3, ['s1', 's2', 'f1']],
    [4, ['s1', 's2', 's3', 'f1']],
  ])('leaves quick work a slot of %i', (slots, expected) => {
    const queue = queueOf({ slots })
    for (const name of ['s1', 's2', 's3', 's4']) queue.add(waiting(name, 'slow'))
    queue.add(waiting('f1'))
    expect(started(queue).slice(0, slots)).toEqual(expected)
  })

  it('goes on when one of its jobs ends', () => {
    const queue = queueOf({ slots: 2 })
    const first = waiting('s1', 'slow')
    queue.add(first)
    queue.add(waiting('s2', 'slow'))
    expect(started(queue)).toEqual(['s1'])
    queue.finish(first)
    expect(started(queue)).toEqual(['s2'])
  })
})

describe('admission by bytes', () => {
  it('starts only what fits together', () => {
    const queue = queueOf({ maxInflightBytes: 100 })
    const first = waiting('a', 'fast', 60)
    queue.add(first)
    queue.add(waiting('b', 'fast', 41))
    expect(started(queue)).toEqual(['a'])
    expect(queue.runningBytes).toBe(60)
    queue.finish(first)
    expect(started(queue)).toEqual(['b'])
    expect(queue.runningBytes).toBe(41)
  })

  it('lets a job larger than the whole budget run alone', () => {
    const queue = queueOf({ maxInflightBytes: 100 })
    const small = waiting('small', 'fast', 1)
    const huge = waiting('huge', 'fast', 5_000)
    queue.add(small)
    queue.add(huge)
    queue.add(waiting('next', 'fast', 1))
    expect(started(queue)).toEqual(['small'])
    queue.finish(small)
    expect(started(queue)).toEqual(['huge'])
    queue.finish(huge)
    expect(started(queue)).toEqual(['next'])
  })

  it('lets the other lane pass a job that does not fit, but not for ever', () => {
    const queue = queueOf({ maxInflightBytes: 100 })
    const start = serial
    queue.add(waiting('running', 'fast', 50))
    expect(started(queue)).toEqual(['running'])
    queue.add(waiting('large', 'slow', 90))
    queue.add(waiting('f1', 'fast', 1))
    expect(started(queue)).toEqual(['f1'])
    queue.add(waiting('f2', 'fast', 1))
    expect(started(queue, start + 5_000)).toEqual([])
  })

  it('counts a job that ended twice only once', () => {
    const queue = queueOf({})
    const job = waiting('a', 'slow', 60)
    queue.add(job)
    started(queue)
    queue.finish(job)
    queue.finish(job)
    expect([queue.running, queue.runningBytes]).toEqual([0, 0])
  })
})

describe('fullness', () => {
  it('counts free slots as room', () => {
    const queue = queueOf({ slots: 2, maxQueued: 1 })
    for (const name of ['a', 'b', 'c']) {
      expect(queue.isFull).toBe(false)
      queue.add(waiting(name))
    }
    expect(queue.isFull).toBe(true)
  })

  it('with no waiting allowed still takes what a free slot can run', () => {
    const queue = queueOf({ slots: 1, maxQueued: 0 })
    expect(queue.isFull).toBe(false)
    queue.add(waiting('a'))
    expect(queue.isFull).toBe(true)
    started(queue)
    expect(queue.isFull).toBe(true)
  })
})
