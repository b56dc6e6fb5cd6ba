import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Model, Weights } from './model.ts'
import { digestOf, modelIn, readWeights } from './weights.ts'

const directory = mkdtempSync(join(tmpdir(), 'fovea-weights-'))
afterAll(() => rmSync(directory, { recursive: true }))

const bytes = Buffer.from('numbers')
const weights: Weights = {
  file: 'a.onnx',
  bytes: bytes.length,
  sha256: digestOf(bytes),
  licence: 'MIT',
  origin: 'here',
}
const model = (id: string, file: string): Model<'matte'> => ({
  id,
  task: 'matte',
  weights: { ...weights, file },
  run: () => Promise.reject(new Error('not asked')),
})

it('takes the best model that is there, in the first directory that has it', () => {
  writeFileSync(join(directory, 'second.onnx'), bytes)
  const known = [model('best', 'first.onnx'), model('good', 'second.onnx')]
  expect(modelIn(known, ['/nowhere', directory])?.model.id).toBe('good')
  writeFileSync(join(directory, 'first.onnx'), 'cut o')
  expect(modelIn(known, [directory])?.model.id).toBe('good')
  writeFileSync(join(directory, 'first.onnx'), bytes)
  expect(modelIn(known, [directory])?.model.id).toBe('best')
  expect(modelIn(known, [])).toBeUndefined()
})

it('reads no weights but those that were pinned', async () => {
  const path = join(directory, 'changed.onnx')
  writeFileSync(path, 'nUmbers')
  await expect(readWeights(path, weights)).rejects.toThrow(
    /changed\.onnx has the SHA-256 .*; the model's weights have/,
  )
  writeFileSync(path, bytes)
  await expect(readWeights(path, weights)).resolves.toEqual(bytes)
})
