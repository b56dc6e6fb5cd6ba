/** A small graph of TensorFlow.js against the numbers it must give, computed here by hand. */
import { expect, it } from 'vitest'
import { openSession } from '../session.ts'
import { readTensorFlowModel } from './tensorflow-model.ts'
import { toOnnx } from './tensorflow-to-onnx.ts'

const text = (word: string) => Buffer.from(word).toString('base64')
const list = (...i: readonly number[]) => ({ list: { i: i.map(String) } })

interface Layer {
  readonly name: string
  readonly op: string
  readonly input?: readonly string[]
  readonly attr?: Readonly<Record<string, unknown>>
}

/** A model of one input of 1 × 4 × 4 × 2 whose weights are all given. */
function model(
  nodes: readonly Layer[],
  weights: Readonly<
    Record<string, { shape: readonly number[]; data: readonly number[]; isInteger?: boolean }>
  >,
) {
  const names = Object.keys(weights)
  const constants = names.map((name): Layer => ({ name, op: 'Const' }))
  const shape = { shape: { dim: [1, 4, 4, 2].map((size) => ({ size: String(size) })) } }
  const json = JSON.stringify({
    format: 'graph-model',
    modelTopology: { node: [{ name: 'x', op: 'Placeholder', attr: { shape } }, ...constants, ...nodes] },
    weightsManifest: [
      {
        weights: names.map((name) => ({
          name,
          shape: weights[name]?.shape,
          dtype: weights[name]?.isInteger === true ? 'int32' : 'float32',
        })),
      },
    ],
  })
  const binary = Buffer.concat(
    names.map((name) => {
      const { data = [], isInteger } = weights[name] ?? {}
      const numbers = isInteger === true ? Int32Array.from(data) : Float32Array.from(data)
      return Buffer.from(numbers.buffer)
    }),
  )
  return readTensorFlowModel(json, binary)
}

const pixels = Float32Array.from({ length: 32 }, (_, index) => index - 10)

async function answers(graph: ReturnType<typeof model>, output: string): Promise<readonly number[]> {
  const session = await openSession(toOnnx(graph, [output]))
  try {
    const { [output]: values } = await session.run(pixels, [1, 4, 4, 2], [output])
    return [...(values ?? [])]
  } finally {
    await session.close()
  }
}

const strides = { strides: list(1, 2, 2, 1), padding: { s: text('VALID') } }

it('a convolution keeps its kernel the right way round, with bias and activation', async () => {
  const kernel = Array.from({ length: 2 * 2 * 2 * 3 }, (_, index) => (index % 7) - 3)
  const bias = [1, -20, 5]
  const fused = { list: { s: [text('BiasAdd'), text('Relu')] } }
  const graph = model(
    [{ name: 'c', op: '_FusedConv2D', input: ['x', 'k', 'b'], attr: { ...strides, fused_ops: fused } }],
    {
      k: { shape: [2, 2, 2, 3], data: kernel },
      b: { shape: [3], data: bias },
    },
  )
  const expected: number[] = []
  for (const row of [0, 2])
    for (const column of [0, 2])
      for (const out of [0, 1, 2]) {
        let sum = bias[out] ?? 0
        for (const y of [0, 1])
          for (const x of [0, 1])
            for (const channel of [0, 1])
              sum +=
                (pixels[((row + y) * 4 + column + x) * 2 + channel] ?? 0) *
                (kernel[((y * 2 + x) * 2 + channel) * 3 + out] ?? 0)
        expected.push(Math.max(0, sum))
      }
  expect(await answers(graph, 'c')).toEqual(expected)
})

it('a depthwise convolution leaves each channel to itself', async () => {
  const graph = model([{ name: 'd', op: 'DepthwiseConv2dNative', input: ['x', 'k'], attr: strides }], {
    k: { shape: [2, 2, 2, 1], data: [1, 10, 0, 0, 0, 0, 2, 20] },
  })
  const at = (row: number, column: number, channel: number) => pixels[(row * 4 + column) * 2 + channel] ?? 0
  const expected = [0, 2].flatMap((row) =>
    [0, 2].flatMap((column) =>
      [0, 1].map(
        (channel) =>
          (channel === 0 ? 1 : 10) * (at(row, column, channel) + 2 * at(row + 1, column + 1, channel)),
      ),
    ),
  )
  expect(await answers(graph, 'd')).toEqual(expected)
})

it('shapes put together from constants are folded', async () => {
  const graph = model(
    [
      { name: 's', op: 'AddV2', input: ['a', 'zeros'] },
      { name: 'zeros', op: 'SparseToDense', input: ['at', 'size', 'values', 'fill'] },
      { name: 'r', op: 'Reshape', input: ['x', 's'] },
      { name: 'halves', op: 'SplitV', input: ['r', 'lengths', 'axis'] },
      { name: 'second', op: 'Identity', input: ['halves:1'] },
    ],
    {
      a: { shape: [2], data: [2, 16], isInteger: true },
      at: { shape: [0, 1], data: [], isInteger: true },
      size: { shape: [1], data: [2], isInteger: true },
      values: { shape: [0], data: [], isInteger: true },
      fill: { shape: [], data: [0], isInteger: true },
      lengths: { shape: [2], data: [1, 1], isInteger: true },
      axis: { shape: [], data: [0], isInteger: true },
    },
  )
  expect(await answers(graph, 'second')).toEqual([...pixels.subarray(16)])
})

it('refuses what it does not know by name', () => {
  expect(() => toOnnx(model([{ name: 'e', op: 'Einsum', input: ['x'] }], {}), ['e'])).toThrow(
    'Operator Einsum of node "e" is not known.',
  )
  expect(() => readTensorFlowModel('{"format":"layers-model"}', new Uint8Array())).toThrow()
})
