/** Decoders that libvips lacks, in real children behind the real sandbox: WebAssembly must load there. */
import { join } from 'node:path'
import { defaultLimits } from '@fovea/core'
import { expect } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
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
