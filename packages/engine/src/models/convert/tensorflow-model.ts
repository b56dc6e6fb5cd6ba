/**
 * Reads what TensorFlow.js keeps a graph model in: a JSON file of nodes and weight descriptions beside one file of
 * weights.
 */
import { z } from 'zod'
import type { Constant } from './onnx-graph.ts'

const attributeSchema = z.looseObject({
  f: z.number().optional(),
  i: z.coerce.number().optional(),
  b: z.boolean().optional(),
  /** Base64. */
  s: z.string().optional(),
  list: z
    .looseObject({ i: z.array(z.coerce.number()).optional(), s: z.array(z.string()).optional() })
    .optional(),
  shape: z
    .looseObject({ dim: z.array(z.looseObject({ size: z.coerce.number() })) })
    .partial()
    .optional(),
})

const nodeSchema = z.looseObject({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z.record(z.string(), attributeSchema).default({}),
})

const modelSchema = z.looseObject({
  format: z.literal('graph-model'),
  modelTopology: z.looseObject({ node: z.array(nodeSchema) }),
  weightsManifest: z.array(
    z.looseObject({
      weights: z.array(
        z.looseObject({
          name: z.string(),
          shape: z.array(z.number().int().nonnegative()),
          dtype: z.enum(['float32', 'int32']),
          quantization: z.looseObject({ dtype: z.literal('float16') }).optional(),
        }),
      ),
    }),
  ),
})

export type TensorFlowNode = z.output<typeof nodeSchema>

export interface TensorFlowModel {
  readonly nodes: ReadonlyMap<string, TensorFlowNode>
  readonly weights: ReadonlyMap<string, Constant>
}

/**
 * @param json the model's JSON file
 * @param binary its one file of weights
 * @throws Error when the JSON is not a graph model, or the weights are shorter than it says
 */
export function readTensorFlowModel(json: string, binary: Uint8Array): TensorFlowModel {
  const { modelTopology, weightsManifest } = modelSchema.parse(JSON.parse(json))
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength)
  const weights = new Map<string, Constant>()
  let at = 0
  for (const { name, shape, dtype, quantization } of weightsManifest.flatMap((group) => group.weights)) {
    const count = shape.reduce((product, side) => product * side, 1)
    const bytesEach = quantization === undefined ? 4 : 2
    if (at + count * bytesEach > binary.length)
      throw new Error(`The weights end before "${name}", which needs ${count * bytesEach} bytes at ${at}.`)
    const positions = Array.from({ length: count }, (_, index) => at + index * bytesEach)
    const read = (position: number) =>
      quantization === undefined ? view.getFloat32(position, true) : view.getFloat16(position, true)
    weights.set(name, {
      shape,
      data:
        dtype === 'int32'
          ? Int32Array.from(positions, (position) => view.getInt32(position, true))
          : Float32Array.from(positions, read),
    })
    at += count * bytesEach
  }
  return { nodes: new Map(modelTopology.node.map((node) => [node.name, node])), weights }
}
