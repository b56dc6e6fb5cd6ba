/** A small network saved as PyTorch saves one, against the numbers it must give, computed here by hand. */
import { buffer } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { openSession } from '../session.ts'
import { unpickle } from './pickle.ts'
import { srvggToOnnx } from './srvgg.ts'
import { readTorchModel, type Tensor } from './torch-model.ts'

const int = (value: number) => Buffer.from([0x4a, ...new Uint8Array(Int32Array.of(value).buffer)])
const text = (word: string) =>
  Buffer.concat([Buffer.from([0x58, Buffer.byteLength(word), 0, 0, 0]), Buffer.from(word)])
const op = (opcode: string) => Buffer.from(opcode, 'latin1')
const tuple = (...parts: readonly Buffer[]) => Buffer.concat([op('('), ...parts, op('t')])
const orderedDict = op('ccollections\nOrderedDict\n)R')
const strides = (shape: readonly number[]) =>
  shape.map((_, at) => shape.slice(at + 1).reduce((all, side) => all * side, 1))

interface Saved extends Tensor {
  readonly type?: string
  readonly strides?: readonly number[]
}

/** What `torch.save({ params: state_dict })` writes. */
function torchFile(tensors: Readonly<Record<string, Saved>>, folder = 'archive'): Promise<Buffer> {
  const zip = new ZipFile()
  const add = (name: string, bytes: Buffer) => zip.addBuffer(bytes, `${folder}/${name}`, { compress: false })
  const items = Object.entries(tensors).flatMap(([name, { shape, data, ...saved }], key) => {
    add(`data/${key}`, Buffer.from(data.buffer, data.byteOffset, data.byteLength))
    const storage = tuple(
      text('storage'),
      op(`ctorch\n${saved.type ?? 'FloatStorage'}\n`),
      text(String(key)),
      text('cpu'),
      int(data.length),
    )
    const steps = saved.strides ?? strides(shape)
    const parts = [storage, op('Q'), int(0), tuple(...shape.map(int)), tuple(...steps.map(int))]
    const rebuilt = tuple(...parts, op('\x89'), orderedDict)
    return [text(name), op('ctorch._utils\n_rebuild_tensor_v2\n'), rebuilt, op('R')]
  })
  const state = [op('}'), text('_metadata'), orderedDict, op('s'), op('b')]
  add(
    'data.pkl',
    Buffer.concat([
      op('\x80\x02}'),
      text('params'),
      ...[orderedDict, op('('), ...items, op('u'), ...state, op('s.')],
    ]),
  )
  zip.end()
  return buffer(zip.outputStream)
}

const numbers = (shape: readonly number[], seed: number): Tensor => ({
  shape,
  data: Float32Array.from(
    { length: shape.reduce((all, side) => all * side, 1) },
    (_, index) => Math.sin(index * 12.9898 + seed) / 2,
  ),
})

/** Enlarges twice: 3 → 2 → 12 channels. */
const network = {
  'body.0.weight': numbers([2, 3, 3, 3], 1),
  'body.0.bias': numbers([2], 2),
  'body.1.weight': numbers([2], 3),
  'body.2.weight': numbers([12, 2, 3, 3], 4),
  'body.2.bias': numbers([12], 5),
}

it('becomes a graph that gives the numbers of the network', async () => {
  const [height, width] = [5, 4]
  const picture = numbers([1, 3, height, width], 6).data
  const session = await openSession(await srvggToOnnx(await torchFile(network)))
  const { output = new Float32Array() } = await session.run(picture, [1, 3, height, width], ['output'])
  await session.close()
  const wanted = enlarged(picture, width, height)
  expect(output).toHaveLength(wanted.length)
  for (const [index, value] of output.entries()) expect(value).toBeCloseTo(wanted[index] ?? Number.NaN, 4)
})

it('is read whatever its folder is called, tensor by tensor', async () => {
  const read = await readTorchModel(await torchFile(network, 'realesr-general-x4v3'), 'params')
  expect(Object.fromEntries(read)).toEqual(network)
})

it.each([
  ['is no archive', Buffer.from('numbers'), /end of central directory/i],
  ['holds other numbers', torchFile({ a: { ...numbers([2], 1), type: 'HalfStorage' } }), /torch HalfStorage/],
  ['is turned', torchFile({ a: { ...numbers([2, 3], 1), strides: [1, 2] } }), /not row-major/],
  ['has too few of them', torchFile({ a: { shape: [9], data: Float32Array.of(1) } }), /fewer numbers/],
  ['is no network of this kind', torchFile({ 'body.0.weight': numbers([3], 1) }), /enlarges nothing/],
])('is refused where it %s', async (_, file, message) => {
  await expect(srvggToOnnx(await file)).rejects.toThrow(message)
})

it('runs nothing that a pickle names, and ends with it', () => {
  const outside = {
    call: (name: string) => {
      throw new Error(`not ${name}`)
    },
    find: () => undefined,
  }
  expect(() => unpickle(Buffer.from('cos\nsystem\n(X\x02\x00\x00\x00lstR.', 'latin1'), outside)).toThrow(
    'not os system',
  )
  expect(() => unpickle(Buffer.from('\x80\x02(K\x01', 'latin1'), outside)).toThrow('too soon')
  expect(() => unpickle(Buffer.from('\x80\x02G', 'latin1'), outside)).toThrow('opcode at byte 2')
  expect(unpickle(Buffer.from('\x80\x02](K\x01M\x00\x01e.', 'latin1'), outside)).toEqual([1, 256])
})

/** The network by its definition: 3×3 convolutions with zeros around, slopes below zero, pixels shuffled, picture added. */
function enlarged(picture: Float32Array, width: number, height: number): Float32Array {
  const slopes = network['body.1.weight'].data
  const hidden = convolved(picture, network['body.0.weight'], network['body.0.bias'], { width, height }).map(
    (value, index) => (value < 0 ? value * (slopes[Math.floor(index / (width * height))] ?? 0) : value),
  )
  const squares = convolved(hidden, network['body.2.weight'], network['body.2.bias'], { width, height })
  const result = new Float32Array(3 * width * 2 * height * 2)
  for (let at = 0; at < result.length; at++) {
    const [x, y, channel] = [
      at % (width * 2),
      Math.floor(at / (width * 2)) % (height * 2),
      Math.floor(at / (width * height * 4)),
    ]
    const pixel = Math.floor(y / 2) * width + Math.floor(x / 2)
    const plane = channel * 4 + (y % 2) * 2 + (x % 2)
    result[at] =
      (squares[plane * width * height + pixel] ?? 0) + (picture[channel * width * height + pixel] ?? 0)
  }
  return result
}

function convolved(
  planes: Float32Array,
  { shape, data }: Tensor,
  bias: Tensor,
  { width, height }: { readonly width: number; readonly height: number },
): Float32Array {
  const [outputs = 0, inputs = 0] = shape
  const result = new Float32Array(outputs * width * height)
  for (let at = 0; at < result.length; at++) {
    const [x, y, output] = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))]
    let sum = bias.data[output] ?? 0
    for (let input = 0; input < inputs; input++)
      for (let tap = 0; tap < 9; tap++) {
        const [u, v] = [x + (tap % 3) - 1, y + Math.floor(tap / 3) - 1]
        if (u < 0 || v < 0 || u >= width || v >= height) continue
        const weight = data[(output * inputs + input) * 9 + tap] ?? 0
        sum += weight * (planes[(input * height + v) * width + u] ?? 0)
      }
    result[at] = sum
  }
  return result
}
