import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { StandardOutput } from './standard-output.ts'

describe('standard output', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-output-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('loses lines on a full disk, and says nothing', () => {
    const full = openSync('/dev/full', 'w')
    const output = new StandardOutput(full)
    expect(() => {
      output.write('one\n')
      output.write('two\n')
    }).not.toThrow()
    closeSync(full)
    expect(() => output.write('closed\n')).not.toThrow()
  })

  it('keeps lines whole when the reader stops for a while', () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
    const output = new StandardOutput(pipe)
    // Of a length that no buffer of the kernel is a multiple of.
    const line = (index: number) => `${JSON.stringify({ index, text: 'x'.repeat(990) })}\n`
    const count = 200
    for (let index = 0; index < count; index++) output.write(line(index))
    const early = taken(pipe)
    for (let index = count; index < count + 3; index++) output.write(line(index))
    const text = early + taken(pipe)
    closeSync(pipe)
    expect(text.endsWith('\n')).toBe(true)
    const indices = text
      .trimEnd()
      .split('\n')
      .map((each) => (JSON.parse(each) as { readonly index: number }).index)
    expect(indices.length).toBeLessThan(count)
    expect(indices.slice(0, 3)).toEqual([0, 1, 2])
    expect(indices.slice(-3)).toEqual([count, count + 1, count + 2])
    expect(indices).toEqual([...new Set(indices)].sort((a, b) => a - b))
  })
})

/** What is in the pipe. */
function taken(pipe: number): string {
  const pieces: Buffer[] = []
  const buffer = Buffer.alloc(4096)
  for (;;) {
    try {
      pieces.push(Buffer.from(buffer.subarray(0, readSync(pipe, buffer))))
    } catch {
      return Buffer.concat(pieces).toString()
    }
  }
}
