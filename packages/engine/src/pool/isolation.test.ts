/** What real children may do behind the sandbox that this machine allows. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { itAsRoot, scratchDirectory, startParent } from './harness.fixture.ts'

const isRoot = process.getuid?.() === 0

it('a child sees the listed environment only, no network, limits, and comes last', async () => {
  const { environment, sentence } = await startParent()
  expect(environment.names).toEqual([
    'LANG',
    'MALLOC_ARENA_MAX',
    'PATH',
    'UV_THREADPOOL_SIZE',
    'VIPS_DISC_THRESHOLD',
  ])
  expect(new Set(environment.priorities)).toEqual(new Set([5]))
  expect(environment.oomScore).toBe('800')
  expect(sentence).toMatch(/^Decoding processes: /)
  if (sentence.includes('no network')) expect(environment.network).toEqual([])
  if (sentence.includes('no new privileges')) expect(environment.noNewPrivileges).toBe(true)
  if (sentence.includes('open files')) {
    expect(environment.limits).toMatch(/Max open files +64 +64/)
    expect(environment.limits).toMatch(/Max file size +0 +0/)
    expect(environment.limits).toMatch(/Max core file size +0 +0/)
    expect(environment.limits).toMatch(/Max address space +4294967296/)
  }
})

itAsRoot('(as root) a child has a user of its own, without rights', async () => {
  const { environment, sentence } = await startParent()
  expect(sentence).toContain('a user of its own')
  expect(environment.uid).toBeGreaterThan(60_000)
  expect(environment.capabilities).toBe('0000000000000000')
  expect(environment.limits).toMatch(/Max processes +256/)
})

itAsRoot(
  '(as root) a data directory that other users cannot read keeps the user, but not its rights',
  async () => {
    const directory = scratchDirectory()
    chmodSync(directory, 0o700)
    const { environment, sentence } = await startParent({ readablePaths: [directory] })
    expect(environment.uid).toBe(0)
    expect(environment.capabilities).toBe('0000000000000000')
    expect(sentence).toContain('root without capabilities')
    expect(sentence).toContain('Not on: a user of its own (it cannot read the data directory)')
  },
)

itAsRoot('(as root) a data directory that other users can only pass through changes nothing', async () => {
  const directory = scratchDirectory()
  chmodSync(directory, 0o711)
  const { environment } = await startParent({ readablePaths: [directory] })
  expect(environment.uid).toBeGreaterThan(60_000)
})

itAsRoot('(as root, trying it as nobody) a server without rights still gets what it may have', async () => {
  const wrap = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']
  const { environment, sentence } = await startParent({}, [], wrap)
  expect(environment.uid).toBe(65_534)
  expect(environment.noNewPrivileges).toBe(true)
  expect(sentence).toContain('killed when the server dies')
  expect(sentence).not.toContain('a user of its own')
})

it('switched off, the sentence says so', async () => {
  const { sentence } = await startParent({ sandbox: 'off' })
  expect(sentence).toBe('Decoding processes are not sandboxed: it is switched off.')
})

it('a worker that other users cannot read is run by a user that can', async () => {
  const directory = join(scratchDirectory(), 'private')
  mkdirSync(directory, { mode: 0o700 })
  const entry = join(directory, 'worker.mjs')
  writeFileSync(entry, answering)
  const { sentence } = await startParent({ workerEntry: entry })
  expect(sentence).toContain('no new privileges')
  if (isRoot) expect(sentence).toContain('Not on: a user of its own')
})

/** Answers the one probe that the parent sends. */
const answering = `process.send({ kind: 'ready', isReadable: true, isCold: false })
process.on('message', ({ id }) => {
  process.send({ kind: 'accepted', id })
  process.send({ kind: 'done', id, rssBytes: 1, result: { format: 'jpeg', width: 1, height: 1, orientation: 1,
    pages: 1, hasAlpha: false, channels: 3, space: 'null', isProgressive: false, sizeBytes: 1 } })
})
`
