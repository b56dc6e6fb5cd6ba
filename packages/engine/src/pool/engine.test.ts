/** The pool with the real engine in its children. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultLimits } from '@fovea/core'
import { expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { job, scratchDirectory, testPool } from './harness.fixture.ts'
import type { PoolLog } from './log.ts'

const red =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30" fill="red"/></svg>'

it('decodes bytes that come along, behind the sandbox', async () => {
  const pool = testPool({ workerEntry: undefined, sandbox: 'auto' })
  const bytes = new TextEncoder().encode(red)
  await expect(pool.probe({ bytes }, defaultLimits)).resolves.toMatchObject({
    format: 'svg',
    width: 40,
    height: 30,
  })
  const { outputs } = await pool.run(job('', { source: { bytes } }))
  const made = outputs[0]?.bytes ?? new Uint8Array()
  await expect(pool.probe({ bytes: made }, defaultLimits)).resolves.toMatchObject({
    format: 'webp',
    width: 40,
    height: 30,
    sizeBytes: made.byteLength,
  })
})

it('passes what the engine has to say about a bad source on to the client', async () => {
  const pool = testPool({ workerEntry: undefined, sandbox: 'auto' })
  const bytes = new TextEncoder().encode('not an image, whatever its name')
  await expect(pool.run(job('', { source: { bytes } }))).rejects.toMatchObject({ code: 'source/unsupported' })
})

it('imports the preload module first', async () => {
  const preload = join(scratchDirectory(), 'preload.mjs')
  writeFileSync(preload, `process.once('message', () => setImmediate(() => { throw new Error('struck') }))`)
  const lastWords: unknown[] = []
  const log: PoolLog = { info() {}, warn: (fields) => lastWords.push(fields.lastWords) }
  const pool = testPool({ workerEntry: undefined, preload, log })
  await expect(pool.run(job('', { source: { bytes: new TextEncoder().encode(red) } }))).rejects.toMatchObject(
    {
      code: 'source/undecodable',
    },
  )
  expect(lastWords).toEqual([expect.stringContaining('struck'), expect.stringContaining('struck')])
})

itWithShared('reads a file by its path as a user of its own', async () => {
  const pool = testPool({ workerEntry: undefined, sandbox: 'auto' })
  const path = join(sharedDir ?? '', 'images/dev/photos/butterfly.jpg')
  const facts = await pool.probe({ path }, defaultLimits)
  expect(facts.format).toBe('jpeg')
  const { outputs } = await pool.run(job('', { source: { path } }))
  expect(outputs[0]).toMatchObject({ format: 'webp', pages: 1 })
})
