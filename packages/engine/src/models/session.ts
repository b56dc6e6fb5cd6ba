/** Weights loaded into onnxruntime. */
import type { InferenceSession, TypedTensor } from 'onnxruntime-node'
import { hasGraphics } from './graphics.ts'
import type { Session } from './model.ts'

/**
 * One thread, as the pool has a child per core; without an arena, which would keep half a gigabyte for later.
 * Severity 3 is errors: some models have hundreds of warnings about themselves.
 */
const options: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: false,
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
}

/**
 * On a graphics processor where there is one that takes the model, else on this one.
 * @throws Error when the bytes are no model that onnxruntime can run
 */
export async function openSession(weights: Uint8Array, isOnGraphics = hasGraphics()): Promise<Session> {
  const { default: ort } = await import('onnxruntime-node')
  const here = () => ort.InferenceSession.create(weights, options)
  const session = isOnGraphics
    ? await ort.InferenceSession.create(weights, { ...options, executionProviders: ['cuda', 'cpu'] }).catch(
        here,
      )
    : await here()
  const [input] = session.inputNames
  if (input === undefined || session.inputNames.length !== 1)
    throw new Error(`The model has ${session.inputNames.length} inputs; one is expected.`)
  return {
    outputs: session.outputNames,
    async run(data, shape, outputs) {
      const results = await session.run({ [input]: new ort.Tensor('float32', data, shape) }, [...outputs])
      return Object.fromEntries(outputs.map((name) => [name, floats(name, results[name])]))
    },
    close: () => session.release(),
  }
}

function floats(name: string, tensor: InferenceSession.OnnxValueMapType[string] | undefined): Float32Array {
  const { data } = (tensor ?? {}) as Partial<TypedTensor<'float32'>>
  if (data instanceof Float32Array) return data
  throw new Error(`The model's output "${name}" does not hold 32-bit floats.`)
}
