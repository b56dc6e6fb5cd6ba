import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { sharp } from '../sharp/setup.ts'
import { cpuClock } from '../testing/cpu-clock.ts'
import { readSvgDocument } from './svg-document.ts'

const namespace = 'xmlns="http://www.w3.org/2000/svg"'
const drawing = `<svg ${namespace} width="20" height="10"><rect width="20" height="10" fill="#00ff00"/></svg>`

function refusal(document: string | Uint8Array): unknown {
  try {
    readSvgDocument(Buffer.from(document))
  } catch (error) {
    return error
  }
  return undefined
}

async function isGreen(document: string | Uint8Array): Promise<boolean> {
  const pixels = await sharp(readSvgDocument(Buffer.from(document)))
    .removeAlpha()
    .raw()
    .toBuffer()
  return pixels[0] === 0 && pixels[1] === 255 && pixels[2] === 0
}

describe('readSvgDocument', () => {
  it.each<[string, string | Uint8Array]>([
    ['as it is', drawing],
    ['gzipped', gzipSync(drawing)],
    ['in UTF-16', Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${drawing}`, 'utf16le')],
    [
      'behind a comment longer than libvips looks',
      `<?xml version="1.0"?><!--${'x'.repeat(5_000)}-->${drawing}`,
    ],
    ['behind such a comment without a declaration', `<!--${'x'.repeat(5_000)}-->${drawing}`],
    [
      'with internal entities',
      `<!DOCTYPE svg [<!ENTITY w "20">]>${drawing.replace('width="20"', 'width="&w;"')}`,
    ],
    [
      'with a public document type',
      `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://example.org/svg11.dtd">${drawing}`,
    ],
  ])('gives a document that is rasterised: %s', async (_, document) => {
    expect(await isGreen(document)).toBe(true)
  })

  it.each<[string, string | Uint8Array, string]>([
    [
      'an external entity',
      `<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>${drawing}`,
      'source/undecodable',
    ],
    [
      'a parameter entity',
      `<!DOCTYPE svg [<!ENTITY % f PUBLIC "a" "http://x/">]>${drawing}`,
      'source/undecodable',
    ],
    [
      'XInclude',
      drawing.replace('<svg', '<svg xmlns:xi="http://www.w3.org/2001/XInclude"'),
      'source/undecodable',
    ],
    ['a gzip archive of something else', gzipSync('hello'), 'source/unsupported'],
    ['gzip in gzip', gzipSync(gzipSync(drawing)), 'source/unsupported'],
    ['a damaged gzip stream', gzipSync(drawing).subarray(0, 30), 'source/undecodable'],
    ['a gzip bomb', gzipSync(Buffer.alloc(40 * 1024 * 1024, 32)), 'source/too-large'],
    ['a crowd of elements', `<svg ${namespace}>${'<g/>'.repeat(200_001)}</svg>`, 'source/too-large'],
  ])('refuses %s', (_, document, code) => {
    expect(refusal(document)).toMatchObject({ code })
  })

  it('takes bounded time on unclosed declarations', () => {
    const cpuMs = cpuClock()
    refusal(`${drawing.slice(0, -6)}${'<!ENTITY '.repeat(500_000)}`)
    expect(cpuMs()).toBeLessThan(3_000)
  })
})
