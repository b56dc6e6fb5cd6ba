/** Text in a real child behind the real sandbox: fonts must be readable there, and WebAssembly must load. */
import { defaultLimits } from '@fovea/core'
import { expect, it } from 'vitest'
import { outputOf, wanted } from '../testing/request.ts'
import { job, testPool } from './harness.fixture.ts'

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><rect width="300" height="100"/></svg>'

it('writes behind the sandbox, the same as outside of it', { timeout: 60_000 }, async () => {
  const pool = testPool({ workerEntry: undefined, sandbox: 'auto' })
  const source = { bytes: Buffer.from(svg) }
  const texts = ['Latin Ω Ж', 'שלום مرحبا', '中文 かな 한글 😀'].map((text) =>
    wanted([{ op: 'text', text, fontSize: 30, position: 'center' }], outputOf('png')),
  )
  const { outputs } = await pool.run(job('', { source, outputs: texts }))
  const { run } = await import('../run.ts')
  const here = await run({
    kind: 'run',
    source,
    decode: { orient: true },
    limits: defaultLimits,
    outputs: texts,
  })
  expect(outputs).toHaveLength(3)
  for (const [index, { bytes }] of outputs.entries()) {
    expect(Buffer.compare(Buffer.from(bytes), Buffer.from(here.outputs[index]?.bytes ?? []))).toBe(0)
    expect(bytes.length).toBeGreaterThan(1000)
  }
})
