import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { until } from './harness.fixture.ts'
import { MemoryWatch, residentBytes } from './memory-watch.ts'

describe.runIf(existsSync('/proc/self/statm'))('with /proc', () => {
  it('reads the resident size of a process in bytes', () => {
    const ratio = (residentBytes(process.pid) ?? 0) / process.memoryUsage.rss()
    expect(ratio).toBeGreaterThan(0.9)
    expect(ratio).toBeLessThan(1.1)
  })

  it('knows nothing of a process that is gone', () => {
    expect(residentBytes(2 ** 22 + 1)).toBeUndefined()
  })

  it('names the process that passes the limit, and only that one', async () => {
    const small = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const large = spawn(process.execPath, [
      '-e',
      'const b = Buffer.alloc(3e8, 1); setInterval(() => b, 1000)',
    ])
    const named: (number | undefined)[] = []
    const watch = new MemoryWatch<{ readonly pid: number }>({
      limitBytes: 250_000_000,
      busy: () => [small, large].map(({ pid }) => ({ pid: pid ?? 0 })),
      onExcess: ({ pid }) => named.push(pid),
    })
    watch.start()
    try {
      await until(() => named.length > 1)
      expect(new Set(named)).toEqual(new Set([large.pid]))
    } finally {
      watch.stop()
      small.kill('SIGKILL')
      large.kill('SIGKILL')
    }
  })
})
