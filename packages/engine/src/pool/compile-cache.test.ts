import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { childFlags } from './command.ts'
import { buildCompileCache, CompileCache } from './compile-cache.ts'
import { job, outcome, scratchDirectory, testPool } from './harness.fixture.ts'
import { faultyWorker } from './jobs.fixture.ts'
import { silentLog } from './log.ts'

const command = { file: process.execPath, args: [faultyWorker], env: { PATH: '/usr/bin:/bin' } }

describe('the compile cache', () => {
  it('is readable for the children’s users and writable for none of them', async () => {
    const directory = openScratch()
    await buildCompileCache({ directory, command })
    const cache = new CompileCache({ directory, command, log: silentLog })
    const current = cache.pathFor(70_000) ?? ''
    expect(cache.pathFor(70_001)).toBe(current)
    const names = readdirSync(current)
    for (const uid of [70_000, 70_001]) expect(names.some((name) => name.endsWith(`-${uid}`))).toBe(true)
    const folder = join(current, names.find((name) => name.endsWith('-70000')) ?? '')
    const files = readdirSync(folder)
    expect(files.length).toBeGreaterThan(4)
    for (const path of [current, folder]) expect(statSync(path).mode & 0o777).toBe(0o755)
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o644)
  })

  it('forgets the user ids of earlier starts', async () => {
    const directory = openScratch()
    await buildCompileCache({ directory, command })
    new CompileCache({ directory, command, log: silentLog }).pathFor(70_000)
    const current = new CompileCache({ directory, command, log: silentLog }).pathFor(70_001) ?? ''
    expect(readdirSync(current).filter((name) => /-7000\d$/.test(name))).toEqual([
      expect.stringMatching(/-70001$/),
    ])
  })

  it('replaces what an earlier or broken build left', async () => {
    const directory = openScratch()
    for (const left of ['current', 'new-1', 'old-1']) mkdirSync(join(directory, left))
    writeFileSync(join(directory, 'current', 'stale'), '')
    await buildCompileCache({ directory, command })
    expect(readdirSync(directory)).toEqual(['current'])
    expect(existsSync(join(directory, 'current', 'stale'))).toBe(false)
  })

  it('is not used where somebody else could have written it', async () => {
    const directory = openScratch()
    const cache = new CompileCache({ directory, command, log: silentLog })
    expect(cache.pathFor(70_000)).toBeUndefined()
    mkdirSync(join(directory, 'current'))
    expect(cache.pathFor(70_000)).toBe(join(directory, 'current'))
    chmodSync(join(directory, 'current'), 0o777)
    expect(cache.pathFor(70_000)).toBeUndefined()
    chmodSync(join(directory, 'current'), 0o755)
    chmodSync(directory, 0o777)
    expect(cache.pathFor(70_000)).toBeUndefined()
    await expect(buildCompileCache({ directory, command })).rejects.toThrow('others may write')
  })

  it('fails in words when the worker does', async () => {
    const broken = { ...command, args: ['/nowhere/worker.ts'] }
    await expect(buildCompileCache({ directory: scratchDirectory(), command: broken })).rejects.toThrow(
      'ended with 1',
    )
  })

  it('is given up when it is closed, and nothing writes there afterwards', async () => {
    const directory = openScratch()
    const lasting = { ...command, args: ['-e', 'setInterval(() => {}, 1_000)'] }
    const cache = new CompileCache({ directory, command: lasting, log: silentLog })
    cache.want()
    const begun = () => readdirSync('/proc').filter((pid) => isRunIn(pid, directory))
    await expect.poll(begun, { timeout: 20_000 }).toHaveLength(1)
    await cache.close()
    expect(begun()).toEqual([])
    cache.want()
    await cache.close()
  })

  it('spares a sandboxed child the compiler', async () => {
    const directory = openScratch()
    const cold = testPool({ sandbox: 'auto', cacheDir: directory })
    await expect(outcome(cold, job('answer:1'))).resolves.toBe('done')
    const coldBytes = cold.status().workers[0]?.rssBytes ?? 0
    await cold.close()
    await buildCompileCache({
      directory,
      command: { ...command, args: [...childFlags, faultyWorker] },
    })
    const warm = testPool({ sandbox: 'auto', cacheDir: directory })
    await expect(outcome(warm, job('answer:1'))).resolves.toBe('done')
    expect(warm.status().workers[0]?.rssBytes).toBeLessThan(coldBytes - 10e6)
  })
})

/** Whether the process compiles for this directory. */
function isRunIn(pid: string, directory: string): boolean {
  try {
    return readFileSync(join('/proc', pid, 'environ'), 'utf8').includes(`NODE_COMPILE_CACHE=${directory}`)
  } catch {
    return false
  }
}

/** A directory of ours that every user can read. */
function openScratch(): string {
  const directory = scratchDirectory()
  chmodSync(directory, 0o755)
  return directory
}
