/**
 * SRVGGNetCompact as an ONNX graph: convolutions of 3×3 with PReLU between them, the last one with the pixels of a square
 * behind each other, which are shuffled into place and added to the enlarged picture.
 *
 * The network as its makers describe it (xinntao/Real-ESRGAN, realesrgan/archs/srvgg_arch.py, read 2026-11-22).
 */
import { OnnxGraph } from './onnx-graph.ts'
import { readTorchModel, type Tensor } from './torch-model.ts'

/** Names of dimensions that are known only when the network runs. */
const inputShape = ['n', 3, 'h', 'w'] as const
const channels = 3

/** @throws Error when the file is no such network */
export async function srvggToOnnx(bytes: Uint8Array): Promise<Uint8Array> {
  return srvggGraph(await readTorchModel(bytes, 'params'))
}

/** @param tensors `body.0.weight` (out × in × 3 × 3), `body.0.bias`, `body.1.weight` (one slope for each channel), … */
function srvggGraph(tensors: ReadonlyMap<string, Tensor>): Uint8Array {
  const graph = new OnnxGraph()
  const input = graph.input('input', inputShape)
  let value = input
  let made = channels
  for (let layer = 0; tensors.has(`body.${layer}.weight`); layer++) {
    const weight = tensorNamed(tensors, `body.${layer}.weight`)
    if (weight.shape.length === 4) {
      const bias = tensorNamed(tensors, `body.${layer}.bias`)
      const parameters = [graph.constant(weight), graph.constant(bias)] as const
      value = graph.node('Conv', [value, ...parameters], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
      made = weight.shape[0] ?? 0
    } else {
      const slopes = graph.constant({ shape: [weight.data.length, 1, 1], data: weight.data })
      value = graph.node('PRelu', [value, slopes])
    }
  }
  const factor = Math.sqrt(made / channels)
  if (!Number.isInteger(factor) || factor < 2)
    throw new Error(`A network with ${made} channels enlarges nothing.`)
  const shuffled = graph.node('DepthToSpace', [value], { blocksize: factor, mode: 'CRD' })
  const scales = graph.constant({ shape: [4], data: Float32Array.of(1, 1, factor, factor) })
  const enlarged = graph.node('Resize', [input, '', scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  })
  graph.output('output', graph.node('Add', [shuffled, enlarged]))
  return graph.toFile()
}

function tensorNamed(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Error(`The network lacks ${name}.`)
  return tensor
}
