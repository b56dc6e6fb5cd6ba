import { Problem } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { sanitiseFileName, targetPath } from './target-path.ts'

describe('sanitiseFileName', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['My Photo (1).JPG', 'My-Photo-1.JPG'],
    ['C:\\Users\\me\\Bild.png', 'Bild.png'],
    ['/etc/passwd', 'passwd'],
    ['..', 'image'],
    ['../../x.png', 'x.png'],
    ['.htaccess', 'htaccess'],
    ['-rf.png', 'rf.png'],
    ['a?b#c%d&e.png', 'a-b-c-d-e.png'],
    ['<img onerror=x>.png', 'img-onerror-x.png'],
    ['Ålesund – fjord.jpeg', 'Ålesund-fjord.jpeg'],
    ['日本.webp', '日本.webp'],
    ['e\u0301.png', 'é.png'],
    ['line\r\nbreak.png', 'line-break.png'],
    ['nul\0byte.png', 'nul-byte.png'],
    ['\ud800.png', 'png'],
    ['', 'image'],
    ['...', 'image'],
    ['archive.tar.gz', 'archive.tar.gz'],
    [`${'x'.repeat(300)}.png`, `${'x'.repeat(116)}.png`],
  ])('makes %j of %j', (name, expected) => {
    expect(sanitiseFileName(name)).toBe(expected)
    expect(sanitiseFileName(expected), 'is stable').toBe(expected)
  })
})

describe('targetPath', () => {
  it.each([
    [undefined, 'photo.jpg', 'photo.jpg'],
    ['', 'photo.jpg', 'photo.jpg'],
    [undefined, 'blob', 'blob.jpg'],
    [undefined, '', 'image.jpg'],
    ['blog/2024', 'photo.png', 'blog/2024/photo.png'],
    ['blog/2024/', 'photo.png', 'blog/2024/photo.png'],
    ['blog/cover.webp', 'photo.png', 'blog/cover.webp'],
    ['blog/cover.PNG', 'photo.png', 'blog/cover.PNG'],
    ['blog/cover.xyz', 'raw.xyz', 'blog/cover.xyz'],
    ['release/v1.2', 'photo.png', 'release/v1.2/photo.png'],
    ['release/v1.png/', 'photo.png', 'release/v1.png/photo.png'],
    ['with space/ü', 'a b.png', 'with space/ü/a-b.png'],
  ])('%j and %j give %j', (wanted, name, expected) => {
    expect(targetPath(wanted, name, 'jpeg')).toBe(expected)
  })

  it.each(['/a', 'a//b', 'a/../b', './a', 'a\\b', 'a\u0000b', 'a\nb', '//', '/', 'x'.repeat(2000)])(
    'refuses %.20j',
    (wanted) => {
      expect(() => targetPath(wanted, 'p.png', 'png')).toThrow(Problem)
    },
  )

  it('refuses a folder that leaves no room for the name', () => {
    expect(() => targetPath('x'.repeat(1020), 'photo.png', 'png')).toThrow(/longer than 1024/)
  })
})
