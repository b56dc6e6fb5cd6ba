/** Decoders that libvips lacks, in real children behind the real sandbox: WebAssembly must load there. */
import { join } from 'node:path'
import { defaultLimits } from '@fovea/core'
import { expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { sampleOf } from '../codecs/samples.ts'
import { outputOf, wanted } from '../testing/request.ts'
import { job, testPool } from './harness.fixture.ts'

const files = [
  ['bmp', 'bmp/rgba32.bmp'],
  ['heif', 'heic/cheers_1440x960.heic'],
  ['jxl', 'jxl/bicycles.jxl'],
  ['tga', 'tga/targa.tga'],
] as const

itWithShared('reads and writes foreign formats behind the sandbox', { timeout: 60_000 }, async () => {
  const pool = testPool({ workerEntry: undefined, sandbox: 'auto' })
  for (const [format, file] of files) {
    const path = join(sharedDir ?? '', 'images/dev/formats', file)
    const facts = await pool.probe({ path }, defaultLimits)
    expect(facts.format).toBe(format)
    for (const output of [outputOf('webp'), outputOf('jxl')]) {
      const request = { source: { path }, outputs: [wanted([], output)] }
      const { outputs } = await pool.run(job('', request))
      expect(outputs[0]).toMatchObject({ width: facts.width, height: facts.height, format: output.format })
    }
  }
  expect(pool.status().counters.spawned).toBe(1)
})

it('reads PDF and OpenEXR and goes through JPEG 2000, HEIF and JPEG XL behind the sandbox', async () => {
  const pool = testPool({ workerEntry: undefined, sandbox: 'auto' })
  for (const format of ['pdf', 'exr'] as const) {
    const sample = sampleOf(format, 64) ?? new Uint8Array()
    for (const written of ['jp2', 'heif', 'jxl'] as const) {
      const made = await pool.run(
        job('', { source: { bytes: sample }, outputs: [wanted([], outputOf(written))] }),
      )
      const bytes = made.outputs[0]?.bytes ?? new Uint8Array()
      const back = await pool.run(job('', { source: { bytes }, outputs: [wanted([], outputOf('png'))] }))
      expect(back.outputs[0]).toMatchObject({ width: 64, height: 64 })
    }
  }
  expect(pool.status().counters).toMatchObject({ spawned: 1 })
}, 60_000)
