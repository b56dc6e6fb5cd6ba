import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { LogFields } from '../observe/index.ts'
import { ConsoleBuild } from './console-build.ts'

async function buildBy(script: string, isWanted = true) {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-console-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const entry = join(folder, 'build.mjs')
  await writeFile(entry, script)
  const logged: LogFields[] = []
  const note = (fields: LogFields) => void logged.push(fields)
  const log = { error: note, warn: note, info: note, debug: note }
  const build = new ConsoleBuild({ log, isWanted, entry })
  onTestFinished(() => build.stop())
  return { build, logged }
}

it('builds once, however often it is begun, behind everything else', async () => {
  // The priority is set right after the start.
  const script = `import { getPriority } from 'node:os'
    setTimeout(() => { process.exitCode = getPriority() === 19 ? 0 : 1 }, 200)`
  const { build, logged } = await buildBy(script)
  build.begin()
  build.begin()
  expect(build.state).toBe('building')
  await expect.poll(() => build.state).toBe('idle')
  expect(logged.map(({ event }) => event)).toEqual(['console.built'])
})

it('that fails is told with the last words and the command', async () => {
  const { build, logged } = await buildBy(`console.error('no disk'); process.exitCode = 3`)
  build.begin()
  await expect.poll(() => build.state).toBe('failed')
  expect(logged).toMatchObject([{ event: 'console.not-built', command: 'npm run build -w packages/console' }])
  expect(JSON.stringify(logged)).toContain('no disk')
})

it('does not begin where it is not wanted', async () => {
  const { build } = await buildBy('', false)
  build.begin()
  expect(build.state).toBe('idle')
})

it('ends with its server, without a complaint', async () => {
  const { build, logged } = await buildBy('setInterval(() => {}, 1000)')
  build.begin()
  build.stop()
  await expect.poll(() => build.state).toBe('failed')
  expect(logged).toEqual([])
})
