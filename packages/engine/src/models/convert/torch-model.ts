/**
 * Reads weights as PyTorch saves them: an archive with a pickle of all tensors, and their numbers in files beside it.
 *
 * Layout as `torch.save` has written it since 1.6 (torch/serialization.py, torch/_utils.py, read 2026-11-22).
 */
import { buffer } from 'node:stream/consumers'
import { fromBufferPromise } from 'yauzl'
import { unpickle } from './pickle.ts'

export interface Tensor {
  readonly shape: readonly number[]
  /** Row-major. */
  readonly data: Float32Array
}

interface Storage {
  readonly type: unknown
  readonly bytes: Buffer
}

/**
 * All tensors by their names. Those of a dictionary inside are found in it: what training adds stands around them.
 * @throws Error when the archive is none of PyTorch's, or holds other numbers than 32-bit floats
 */
export async function readTorchModel(bytes: Uint8Array, part: string): Promise<ReadonlyMap<string, Tensor>> {
  const files = await filesOf(bytes)
  const pickleName = [...files.keys()].find((name) => name.endsWith('/data.pkl'))
  if (pickleName === undefined) throw new Error('The file is no archive of PyTorch.')
  const folder = pickleName.slice(0, -'data.pkl'.length)
  const whole = unpickle(files.get(pickleName) ?? Buffer.alloc(0), {
    find: (id): Storage => {
      const [, type, key] = Array.isArray(id) ? (id as unknown[]) : []
      const numbers = files.get(`${folder}data/${String(key)}`)
      if (numbers === undefined) throw new Error(`The archive has no numbers ${String(key)}.`)
      return { type, bytes: numbers }
    },
    call: (name, args) => {
      if (name === 'collections OrderedDict') return new Map()
      if (name === 'torch._utils _rebuild_tensor_v2') return tensorOf(args)
      throw new Error(`The file wants "${name}", which is not done here.`)
    },
  })
  const tensors: unknown = whole instanceof Map ? (whole.get(part) ?? whole) : undefined
  if (!(tensors instanceof Map)) throw new Error('The file holds no dictionary of tensors.')
  return tensors as Map<string, Tensor>
}

function tensorOf([storage, offset, shape, strides]: readonly unknown[]): Tensor {
  const { type, bytes } = storage as Storage
  const [sides, steps] = [shape as readonly number[], strides as readonly number[]]
  if (type !== 'torch FloatStorage')
    throw new Error(`A tensor holds ${String(type)}; 32-bit floats are read.`)
  // Row-major: each step is the product of the sides behind it.
  const isDense = sides.every((side, at) => side === 1 || steps[at] === product(sides.slice(at + 1)))
  if (!isDense) throw new Error('A tensor is not row-major.')
  const data = new Float32Array(product(sides))
  const from = Number(offset) * data.BYTES_PER_ELEMENT
  const numbers = bytes.subarray(from, from + data.byteLength)
  if (numbers.length < data.byteLength) throw new Error('A tensor has fewer numbers than its shape.')
  const view = new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  for (let index = 0; index < data.length; index++)
    data[index] = view.getFloat32(index * data.BYTES_PER_ELEMENT, true)
  return { shape: sides, data }
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all * one, 1)
}

async function filesOf(bytes: Uint8Array): Promise<ReadonlyMap<string, Buffer>> {
  const archive = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const files = new Map<string, Buffer>()
  for await (const entry of archive.eachEntry())
    files.set(entry.fileName, await buffer(await archive.openReadStreamPromise(entry)))
  return files
}
