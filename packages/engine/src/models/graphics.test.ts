import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { OnnxGraph } from './convert/onnx-graph.ts'
import { hasGraphics } from './graphics.ts'
import { openSession } from './session.ts'

it('takes the libraries and a device', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-graphics-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const libraries = join(folder, 'bin', 'napi-v6', process.platform, process.arch)
  mkdirSync(libraries, { recursive: true })
  const device = join(folder, 'device')
  writeFileSync(device, '')
  expect(hasGraphics(folder, device)).toBe(false)
  writeFileSync(join(libraries, 'libonnxruntime_providers_cuda.so'), '')
  expect(hasGraphics(folder, device)).toBe(true)
  expect(hasGraphics(folder, join(folder, 'no-device'))).toBe(false)
})

it('that cannot be had after all leaves the work to the processor', async () => {
  const graph = new OnnxGraph()
  const input = graph.input('input', [2])
  graph.output('output', graph.node('Add', [input, graph.scalar(1)]))
  const session = await openSession(graph.toFile(), true)
  onTestFinished(() => session.close())
  expect(await session.run(Float32Array.of(1, 2), [2], ['output'])).toEqual({ output: Float32Array.of(2, 3) })
})
