import { describe, expect, it } from 'vitest'
import { Quarantine } from './quarantine.ts'

const minutes = 60_000

describe('Quarantine', () => {
  it('bans after two strikes, for the given time', () => {
    const quarantine = new Quarantine({ durationMs: 5 * minutes, maxEntries: 10 })
    expect(quarantine.strike('a', 0, 2)).toBe(true)
    expect(quarantine.remainingSeconds('a', 1)).toBe(300)
    expect(quarantine.remainingSeconds('a', 5 * minutes - 1)).toBe(1)
    expect(quarantine.remainingSeconds('a', 5 * minutes)).toBe(0)
    expect(quarantine.remainingSeconds('b', 1)).toBe(0)
  })

  it('adds single strikes up while they are fresh', () => {
    const quarantine = new Quarantine({ durationMs: 1_000, maxEntries: 10 })
    expect(quarantine.strike('a', 0, 1)).toBe(false)
    expect(quarantine.remainingSeconds('a', 1)).toBe(0)
    expect(quarantine.strike('a', 500, 1)).toBe(true)
    expect(quarantine.strike('b', 0, 1)).toBe(false)
    expect(quarantine.strike('b', 1_000, 1)).toBe(false)
  })

  it('holds a bounded number of sources and forgets the oldest', () => {
    const quarantine = new Quarantine({ durationMs: minutes, maxEntries: 3 })
    for (const source of ['a', 'b', 'c', 'd']) quarantine.strike(source, 0, 2)
    expect(quarantine.count(1)).toBe(3)
    expect(quarantine.remainingSeconds('a', 1)).toBe(0)
    expect(quarantine.remainingSeconds('d', 1)).toBe(60)
  })

  it('counts only sources that are banned now', () => {
    const quarantine = new Quarantine({ durationMs: minutes, maxEntries: 3 })
    quarantine.strike('a', 0, 1)
    quarantine.strike('b', 0, 2)
    expect([quarantine.count(1), quarantine.count(minutes)]).toEqual([1, 0])
  })
})
