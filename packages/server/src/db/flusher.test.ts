import { describe, expect, it } from 'vitest'
import { Flusher } from './flusher.ts'
import { Tally } from './tally.ts'

describe('Tally', () => {
  it('merges what is added to a key, and hands it on once', async () => {
    const tally = new Tally<string, number>((a, b) => a + b)
    tally.add('a', 1)
    tally.add('b', 5)
    tally.add('a', 2)
    const stored: [string, number][] = []
    const store = async (key: string, count: number) => void stored.push([key, count])
    await tally.write(store)
    await tally.write(store)
    expect(stored).toEqual([
      ['a', 3],
      ['b', 5],
    ])
  })

  it('keeps what could not be stored, with what was added meanwhile', async () => {
    const tally = new Tally<string, number>((a, b) => a + b)
    tally.add('a', 1)
    await expect(
      tally.write(async (key) => {
        tally.add(key, 10)
        throw new Error('no disk')
      }),
    ).rejects.toThrow('no disk')
    const stored: number[] = []
    await tally.write(async (_key, count) => void stored.push(count))
    expect(stored).toEqual([11])
  })
})

describe('Flusher', () => {
  it('writes one at a time, also after a failure, and a last time when closed', async () => {
    let running = 0
    let most = 0
    let calls = 0
    const flusher = new Flusher(async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      if (++calls === 1) throw new Error('the first one fails')
    })
    const first = flusher.flush()
    const second = flusher.flush()
    await expect(first).rejects.toThrow('the first one fails')
    await second
    await flusher.close()
    expect([calls, most]).toEqual([3, 1])
  })
})
