import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')
const lockfile = JSON.parse(text) as {
  packages: Record<string, { version?: string; resolved?: string; link?: boolean }>
}

/** Older ones carry exploitable decoders: GHSA-f88m-g3jw-g9cj, GHSA-rgj7-g3m4-5g8c. */
const oldestSharp = [0, 35, 5]

function isAtLeast(version: string, oldest: readonly number[]): boolean {
  const parts = version.split(/[.-]/).map(Number)
  const difference = oldest
    .map((part, index) => (parts[index] ?? 0) - part)
    .find((distance) => distance !== 0)
  return (difference ?? 0) >= 0
}

describe('package-lock.json', () => {
  it('names no registry host', () => {
    const resolved = Object.values(lockfile.packages).filter(
      (entry) => entry.resolved !== undefined && entry.link !== true,
    )
    expect(resolved).toEqual([])
    expect(text).not.toMatch(/"resolved": "https?:/)
  })

  it('holds no sharp older than 0.35.5, at any depth', () => {
    const copies = Object.entries(lockfile.packages).filter(([path]) =>
      /(^|\/)node_modules\/sharp$/.test(path),
    )
    expect(copies.length).toBeGreaterThan(0)
    expect(copies.filter(([, { version }]) => !isAtLeast(version ?? '0', oldestSharp))).toEqual([])
  })

  it.each([
    ['0.35.5', true],
    ['0.35.4', false],
    ['0.36.0', true],
    ['1.0.0', true],
    ['0.34.9', false],
  ])('takes sharp %s: %s', (version, accepted) => {
    expect(isAtLeast(version, oldestSharp)).toBe(accepted)
  })
})
