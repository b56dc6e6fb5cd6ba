import { Problem } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { csvRows } from './csv.ts'
import { readListFile } from './list-file.ts'

const complaint = (text: string): string => {
  try {
    readListFile(text, 10)
  } catch (error) {
    if (error instanceof Problem && error.code === 'job/list-invalid') return error.detail ?? ''
    throw error
  }
  return 'taken'
}

describe('csvRows', () => {
  it.each([
    [
      'plain rows',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'the other line ends and no last one',
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'quoted commas, line breaks and quotes',
      '"a,1","b\n2"\n"c ""x""",d',
      [
        ['a,1', 'b\n2'],
        ['c "x"', 'd'],
      ],
    ],
    [
      'empty fields and lines',
      'a,\n\n,b\n"",x',
      [
        ['a', ''],
        ['', 'b'],
        ['', 'x'],
      ],
    ],
    ['a byte order mark', '\ufeffa\nb', [['a'], ['b']]],
  ])('reads %s', (_, text, rows) => {
    expect([...csvRows(text)]).toEqual(rows)
  })

  it.each(['a,"b', 'a,b"c\n', '"a"b,c'])('ends at what is no CSV: %j', (text) => {
    expect([...csvRows(text)].at(-1)).toBeUndefined()
  })
})

describe('a list file', () => {
  it('is a table whose first row names the columns', () => {
    expect(readListFile('Asset,name\nin/a.png,\nin/b.png,first.png\n', 10)).toEqual([
      { source: { kind: 'asset', path: 'in/a.png' }, name: undefined },
      { source: { kind: 'asset', path: 'in/b.png' }, name: 'first.png' },
    ])
  })

  it('is JSON, an object a line', () => {
    const text = '{"id":"0123456789abcdef"}\n\n{"url":"https://a.test/x.png","name":"y"}\n'
    expect(readListFile(text, 10)).toEqual([
      { source: { kind: 'id', id: '0123456789abcdef' }, name: undefined },
      { source: { kind: 'url', url: 'https://a.test/x.png' }, name: 'y' },
    ])
  })

  it('is read up to one more than may be in it', () => {
    expect(readListFile(`asset\n${'a.png\n'.repeat(50)}`, 10)).toHaveLength(11)
  })

  it.each([
    ['', 'names no pictures'],
    ['asset\n', 'names no pictures'],
    ['path\na.png\n', '"path"'],
    ['asset,url\na.png,https://a.test/\n', 'row 2'],
    ['asset\na.png,b\n', 'Row 2'],
    ['asset\n"a.png\n', 'Row 2'],
    ['{"asset":"a.png"}\n{"asset":7}\n', 'line 2'],
    ['{"asset":"a.png"}\n{"asset":"b.png","size":1}\n', '"size"'],
    ['{"asset":"a.png"}\nb.png\n', 'line 2'],
    ['{"asset":"../a.png"}\n', '".."'],
    ['{"base64":"AAAA"}\n', '"base64"'],
  ])('is refused with the place: %j', (text, part) => {
    expect(complaint(text)).toContain(part)
  })
})
