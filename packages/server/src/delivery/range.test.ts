import { describe, expect, it } from 'vitest'
import { cpuMilliseconds } from '../../../../fixtures/cpu-time.ts'
import { holds } from './conditional.ts'
import { rangeAllowed, readRange } from './range.ts'

describe('readRange', () => {
  it.each([
    [undefined, undefined],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=90-1000', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['BYTES= 5-6 ', { start: 5, end: 6 }],
    ['bytes=99-', { start: 99, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-4', undefined],
    ['bytes=0-1,5-6', undefined],
    ['bytes=-', undefined],
    ['bytes=a-b', undefined],
    ['bytes=1.5-2', undefined],
    ['bytes=--1', undefined],
    ['bytes=99999999999999999999-', undefined],
    ['items=0-1', undefined],
    ['', undefined],
  ])('%j of 100 bytes is %j', (header, range) => expect(readRange(header, 100)).toEqual(range))
})

describe('If-Range', () => {
  it.each([
    [undefined, true],
    ['"tag"', true],
    ['W/"tag"', false],
    ['"other"', false],
    ['Sat, 21 Nov 2026 10:00:00 GMT', false],
    ['', false],
  ])('%j allows a part: %j', (header, allowed) => expect(rangeAllowed(header, '"tag"')).toBe(allowed))
})

describe('If-None-Match', () => {
  it.each([
    [undefined, false],
    ['"tag"', true],
    ['W/"tag"', true],
    ['"a", "tag"', true],
    ['"a","b" , W/"tag"', true],
    ['*', true],
    [' * ', true],
    ['"a*"', false],
    ['"a"', false],
    ['tag', false],
    ['"tag', false],
    ['"x"tag"', false],
    ['', false],
  ])('%j is held: %j', (header, held) => expect(holds(header, '"tag"')).toBe(held))

  it('is read in linear time', () => {
    const spent = cpuMilliseconds(() => {
      holds('W/"'.repeat(5_000), '"tag"')
      holds('"'.repeat(16_000), '"tag"')
    })
    expect(spent).toBeLessThan(50)
  })
})
