import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameOf } from '../operations/frame.test-kit.ts'
import type { Step } from '../steps/index.ts'
import type { EngineProfile } from './engine-profile.ts'
import { pack } from './pack.ts'

const profile: EngineProfile = {
  order: ['extract', 'greyscale', 'resize', 'flip', 'extract', 'extend', 'blur', 'modulate'],
  apart: [['greyscale', 'modulate']],
  apartWithAlpha: [['resize', 'modulate']],
  alone: ['rotate'],
}
const frame = frameOf(100, 100, { format: 'png' })

const kinds = {
  extract: { step: 'extract', left: 0, top: 0, width: 50, height: 50 },
  greyscale: { step: 'greyscale' },
  resize: { step: 'resize', width: 80, height: 80, kernel: 'cubic' },
  flip: { step: 'flip' },
  blur: { step: 'blur', sigma: 2 },
  modulate: { step: 'modulate', brightness: 2, saturation: 1, hue: 0, lightness: 0 },
  rotate: { step: 'rotate', angle: 10, background: { r: 0, g: 0, b: 0, alpha: 1 } },
  flatten: { step: 'flatten', background: { r: 0, g: 0, b: 0, alpha: 1 } },
  extend: {
    step: 'extend',
    top: 1,
    right: 0,
    bottom: 0,
    left: 0,
    background: { r: 0, g: 0, b: 0, alpha: 0 },
  },
} as const satisfies Record<string, Step>
type Kind = keyof typeof kinds

function packed(names: readonly Kind[], start = frame): string {
  const passes = pack(
    names.map((name) => kinds[name]),
    start,
    profile,
  )
  return passes.map((pass) => pass.map(({ step }) => step).join(' ')).join(' | ')
}

describe('pack', () => {
  it.each<[readonly Kind[], string]>([
    [[], ''],
    [['resize', 'flip', 'blur'], 'resize flip blur'],
    [['blur', 'resize'], 'blur | resize'],
    [['flip', 'flip'], 'flip | flip'],
    [['extract', 'resize', 'extract', 'blur'], 'extract resize extract blur'],
    [['flip', 'extract', 'resize'], 'flip extract | resize'],
    [['extract', 'extract', 'extract'], 'extract extract | extract'],
    [['greyscale', 'blur', 'modulate'], 'greyscale blur | modulate'],
    [['resize', 'rotate', 'blur'], 'resize | rotate | blur'],
    [['rotate', 'rotate'], 'rotate | rotate'],
  ])('puts %j into %j', (names, wanted) => {
    expect(packed(names)).toBe(wanted)
  })

  it('keeps pairs apart only when the image has alpha at the later one', () => {
    expect(packed(['resize', 'modulate'])).toBe('resize modulate')
    expect(packed(['resize', 'modulate'], { ...frame, hasAlpha: true })).toBe('resize | modulate')
    expect(packed(['resize', 'extend', 'modulate'])).toBe('resize extend | modulate')
  })

  it('names a kind the profile forgot', () => {
    expect(() => packed(['flatten'])).toThrow('No slot for step flatten')
  })

  it('keeps every step, in order', () => {
    const names = fc.array(
      fc.constantFrom<Kind>('extract', 'greyscale', 'resize', 'flip', 'blur', 'modulate', 'rotate'),
    )
    fc.assert(
      fc.property(names, fc.boolean(), (list, hasAlpha) => {
        const passes = packed(list, { ...frame, hasAlpha })
        expect(passes.replaceAll(' |', '').split(' ').filter(Boolean)).toEqual(list)
      }),
    )
  })
})
