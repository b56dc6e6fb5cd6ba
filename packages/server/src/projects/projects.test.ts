import { describe, expect, it } from 'vitest'
import { generateApiKey, hashApiKey, isWellFormedApiKey } from './api-key-format.ts'
import { randomBase62, toBase62 } from './base62.ts'
import { planOf, selfHostedPlans } from './plans.ts'
import { Remembered } from './remembered.ts'
import { newProjectSettings, parseSettings } from './settings.ts'

describe('API key format', () => {
  it('is fov_, base62, and carries a checksum that finds any changed character', () => {
    for (let round = 0; round < 50; round++) {
      const key = generateApiKey()
      expect(key).toMatch(/^fov_[0-9A-Za-z]{30}$/)
      expect(isWellFormedApiKey(key)).toBe(true)
      for (let at = 4; at < key.length; at++) {
        const other = key[at] === 'x' ? 'y' : 'x'
        expect(isWellFormedApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBe(false)
      }
    }
  })

  it('refuses other texts', () => {
    const key = generateApiKey()
    for (const text of [
      '',
      'fov_',
      key.slice(0, -1),
      `${key}0`,
      key.replace('fov_', 'fow_'),
      ` ${key}`,
      key.toUpperCase(),
    ]) {
      expect(isWellFormedApiKey(text), text).toBe(false)
    }
  })

  it('is hashed with plain SHA-256', () => {
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('base 62', () => {
  it('pads, orders digits before letters, and uses every character about equally', () => {
    expect(toBase62(0, 3)).toBe('000')
    expect(toBase62(61, 1)).toBe('z')
    expect(toBase62(62 ** 3 - 1, 3)).toBe('zzz')
    const counts = new Map<string, number>()
    for (const character of randomBase62(62_000)) counts.set(character, (counts.get(character) ?? 0) + 1)
    expect(counts.size).toBe(62)
    // 1000 expected each; six standard deviations are about 190.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(190)
  })
})

describe('Remembered', () => {
  it('shares one fetch, keeps it, and forgets', async () => {
    const remembered = new Remembered<number>({ limit: 2, maxAgeMs: Number.POSITIVE_INFINITY })
    let fetches = 0
    const fetch = async () => ++fetches
    expect(await Promise.all([remembered.get('a', fetch), remembered.get('a', fetch)])).toEqual([1, 1])
    remembered.forget('a')
    expect(await remembered.get('a', fetch)).toBe(2)
  })

  it('does not keep an answer that was forgotten while it was fetched', async () => {
    const remembered = new Remembered<string>({ limit: 2, maxAgeMs: Number.POSITIVE_INFINITY })
    const { promise, resolve } = Promise.withResolvers<string>()
    const early = remembered.get('a', () => promise)
    remembered.forget('a')
    const late = remembered.get('a', async () => 'new')
    resolve('old')
    expect(await early).toBe('old')
    expect(await late).toBe('new')
    expect(await remembered.get('a', async () => 'newest')).toBe('new')
  })

  it('does not keep failures, drops the least recently used, and lets answers age', async () => {
    const remembered = new Remembered<number>({ limit: 2, maxAgeMs: Number.POSITIVE_INFINITY })
    await expect(remembered.get('a', async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await remembered.get('a', async () => 1)).toBe(1)
    await remembered.get('b', async () => 1)
    await remembered.get('a', async () => 9)
    await remembered.get('c', async () => 1)
    expect(await remembered.get('a', async () => 9)).toBe(1)
    expect(await remembered.get('b', async () => 9)).toBe(9)
    const brief = new Remembered<number>({ limit: 2, maxAgeMs: 0 })
    await brief.get('a', async () => 1)
    expect(await brief.get('a', async () => 2)).toBe(2)
  })
})

describe('stored settings', () => {
  it('get defaults for what an older version did not know', () => {
    expect(parseSettings('{"defaultQuality":50}')).toEqual({ ...newProjectSettings, defaultQuality: 50 })
    expect(() => parseSettings('{"defaultQuality":500}')).toThrow()
  })

  it('name a plan the catalogue has, or its first', () => {
    expect(planOf(selfHostedPlans, 'unlimited').requestsPerMinute).toBe(100_000)
    expect(planOf(selfHostedPlans, 'dropped').id).toBe('unlimited')
  })
})
