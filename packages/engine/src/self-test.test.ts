import { describe, expect, it } from 'vitest'
import { codecs } from './codecs/index.ts'
import { engineRevision } from './revision.ts'
import { selfTest } from './self-test.ts'
import { sharp } from './sharp/setup.ts'

describe('selfTest', () => {
  it('proves every codec of the registry by a real picture', async () => {
    const { isOk, codecs: proofs, versions } = await selfTest()
    expect(proofs.filter(({ error }) => error !== undefined)).toEqual([])
    expect(isOk).toBe(true)
    expect(proofs.map(({ format }) => format)).toEqual(codecs.map(({ format }) => format))
    expect(versions.vips).toMatch(/^\d+\.\d+/)
  })
})

describe('engineRevision', () => {
  it('names the sharp that is in use', () => {
    expect(engineRevision).toContain(`sharp-${sharp.versions.sharp}+`)
  })
})
