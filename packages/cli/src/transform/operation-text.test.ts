import { describe, expect, it } from 'vitest'
import { readOperation } from './operation-text.ts'

describe('readOperation', () => {
  it.each([
    ['grayscale', { op: 'grayscale' }],
    ['blur:sigma=3', { op: 'blur', sigma: 3 }],
    ['blur: sigma = .5', { op: 'blur', sigma: 0.5 }],
    ['modulate:lightness=-4.5,hue=90', { op: 'modulate', lightness: -4.5, hue: 90 }],
    ['resize:width=80,upscale=false,fit=inside', { op: 'resize', width: 80, upscale: false, fit: 'inside' }],
    ['flatten:background=rgb(1, 2, 3)', { op: 'flatten', background: 'rgb(1, 2, 3)' }],
    ['crop:aspect=16:9', { op: 'crop', aspect: '16:9' }],
    ['flatten:background=#fff', { op: 'flatten', background: '#fff' }],
    [
      'overlay:picture=a/logo.png,width=20%',
      { op: 'overlay', picture: { asset: 'a/logo.png' }, width: '20%' },
    ],
    ['{"op":"blur","sigma":3}', { op: 'blur', sigma: 3 }],
  ])('reads %s', (text, operation) => {
    expect(readOperation(text)).toEqual(operation)
  })

  it.each([
    ['blur:3', '"3" must look like name=value'],
    ['{"op":', 'is not JSON'],
    ['', 'must look like'],
    ['8bit', 'must look like'],
  ])('refuses %j', (text, sentence) => {
    expect(() => readOperation(text)).toThrow(sentence)
  })
})
