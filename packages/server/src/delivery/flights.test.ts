import { Problem } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { type FlightControl, Flights } from './flights.ts'

/** Work whose end the test decides. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const state = { starts: 0, control: undefined as FlightControl | undefined }
  const start = (control: FlightControl) => {
    state.starts++
    state.control = control
    control.signal.addEventListener('abort', () => reject(new Error('cancelled')))
    return promise
  }
  return { state, start, resolve, reject }
}

const plan = (signal = new AbortController().signal, key = 'a') => ({ key, group: 'g', signal })

describe('a flight', () => {
  it('does the work once for all who wait', async () => {
    const flights = new Flights<string>()
    const { state, start, resolve } = work()
    const all = Array.from({ length: 500 }, () => flights.join(plan(), start))
    expect(all.map(({ part }) => part)).toEqual(['started', ...Array(499).fill('joined')])
    resolve('made')
    expect(await Promise.all(all.map(({ result }) => result))).toEqual(Array(500).fill('made'))
    expect(state.starts).toBe(1)
    await flights.settled()
    expect(flights.size).toBe(0)
  })

  it('goes on while one client of 500 still waits', async () => {
    const flights = new Flights<string>()
    const { state, start, resolve } = work()
    const clients = Array.from({ length: 500 }, () => new AbortController())
    const all = clients.map(({ signal }) => flights.join(plan(signal), start).result)
    for (const client of clients.slice(0, 499)) client.abort()
    const gone = await Promise.allSettled(all.slice(0, 499))
    expect(
      gone.every(
        (one) =>
          one.status === 'rejected' &&
          one.reason instanceof Problem &&
          one.reason.code === 'request/client-closed',
      ),
    ).toBe(true)
    expect(state.control?.signal.aborted).toBe(false)
    resolve('made')
    expect(await all[499]).toBe('made')
  })

  it('is cancelled when the last client has gone, and a new client starts afresh', async () => {
    const flights = new Flights<string>()
    const first = work()
    const clients = Array.from({ length: 5 }, () => new AbortController())
    const all = clients.map(({ signal }) => flights.join(plan(signal), first.start).result)
    for (const client of clients) client.abort()
    expect(first.state.control?.signal.aborted).toBe(true)
    const second = work()
    const late = flights.join(plan(), second.start)
    expect(late.part).toBe('started')
    second.resolve('fresh')
    expect(await late.result).toBe('fresh')
    expect((await Promise.allSettled(all)).every(({ status }) => status === 'rejected')).toBe(true)
    await flights.settled()
  })

  it('is not started for a client that has already gone', async () => {
    const { state, start } = work()
    await expect(new Flights<string>().join(plan(AbortSignal.abort()), start).result).rejects.toMatchObject({
      code: 'request/client-closed',
    })
    expect(state.starts).toBe(0)
  })

  it('tells its failure to all, and does not remember it', async () => {
    const flights = new Flights<string>()
    const { start, reject } = work()
    const all = [flights.join(plan(), start).result, flights.join(plan(), start).result]
    reject(new Error('no'))
    for (const one of all) await expect(one).rejects.toThrow('no')
    const again = work()
    await flights.settled()
    expect(flights.join(plan(), again.start).part).toBe('started')
    again.resolve('')
  })

  it('can be joined until its result is stored', async () => {
    const flights = new Flights<string>()
    const { state, start, resolve } = work()
    const stored = Promise.withResolvers<void>()
    const first = flights.join(plan(), start).result
    state.control?.linger(stored.promise)
    resolve('made')
    await first
    const late = flights.join(plan(), start)
    expect(late.part).toBe('made')
    expect(await late.result).toBe('made')
    expect(flights.size).toBe(1)
    stored.resolve()
    await flights.settled()
    expect(flights.size).toBe(0)
    expect(state.starts).toBe(1)
  })

  it('that is outdated ends for those who wait, but nobody joins it any more', async () => {
    const flights = new Flights<string>()
    const old = work()
    const waiting = flights.join(plan(), old.start).result
    const other = work()
    const unrelated = flights.join({ ...plan(), key: 'b', group: 'h' }, other.start)
    flights.outdate('g')
    expect(old.state.control?.isOutdated()).toBe(true)
    expect(other.state.control?.isOutdated()).toBe(false)
    const fresh = work()
    const late = flights.join(plan(), fresh.start)
    expect(late.part).toBe('started')
    old.resolve('old')
    fresh.resolve('new')
    other.resolve('other')
    expect([await waiting, await late.result, await unrelated.result]).toEqual(['old', 'new', 'other'])
  })
})
