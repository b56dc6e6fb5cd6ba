import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Session } from './model.ts'
import { Sessions } from './sessions.ts'

const idleMs = 1_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function watched(isKept = false) {
  const seen = { opened: 0, closed: 0 }
  const open = async (): Promise<Session> => {
    seen.opened++
    return { outputs: [], run: async () => ({}), close: async () => void seen.closed++ }
  }
  const sessions = new Sessions(idleMs)
  return { seen, use: (work: () => Promise<void>) => sessions.use({ id: 'a', open, isKept }, work) }
}

const nothing = async () => {}

it('opens once for all who use it at once or soon after', async () => {
  const { seen, use } = watched()
  await Promise.all([use(nothing), use(nothing)])
  await vi.advanceTimersByTimeAsync(idleMs - 1)
  await use(nothing)
  await vi.advanceTimersByTimeAsync(idleMs - 1)
  expect(seen).toEqual({ opened: 1, closed: 0 })
})

it('lets go of what nobody uses for a while, and opens it anew', async () => {
  const { seen, use } = watched()
  await use(nothing)
  await vi.advanceTimersByTimeAsync(idleMs)
  expect(seen).toEqual({ opened: 1, closed: 1 })
  await use(nothing)
  expect(seen).toEqual({ opened: 2, closed: 1 })
})

it('keeps what is to stay', async () => {
  const { seen, use } = watched(true)
  await use(nothing)
  await vi.advanceTimersByTimeAsync(10 * idleMs)
  await use(nothing)
  expect(seen).toEqual({ opened: 1, closed: 0 })
})

it('keeps what is at work, however long it takes', async () => {
  const { seen, use } = watched()
  await use(nothing)
  const long = use(() => new Promise<void>((resolve) => setTimeout(resolve, 10 * idleMs)))
  await vi.advanceTimersByTimeAsync(9 * idleMs)
  expect(seen.closed).toBe(0)
  await vi.advanceTimersByTimeAsync(2 * idleMs)
  await long
  expect(seen.closed).toBe(1)
})

it('tries again what could not be opened', async () => {
  let isThere = false
  const session: Session = { outputs: [], run: async () => ({}), close: nothing }
  const open = async () => {
    if (!isThere) throw new Error('no such file')
    return session
  }
  const sessions = new Sessions(idleMs)
  const wanted = { id: 'a', open, isKept: false }
  await expect(sessions.use(wanted, nothing)).rejects.toThrow('no such file')
  isThere = true
  expect(await sessions.use(wanted, async (given) => given === session)).toBe(true)
})
