/** The TensorFlow operators that are known, each as the ONNX operators that do the same. */
import type { Attribute, Constant, OnnxGraph, Value } from './onnx-graph.ts'
import type { TensorFlowNode } from './tensorflow-model.ts'

/** What a converter sees of the conversion. Inputs are named as the node names them. */
export interface ConversionContext {
  readonly graph: OnnxGraph
  value(input: string): Value
  /** @throws Error when the input is not constant */
  constant(input: string): Constant
}

export type Convert = (node: TensorFlowNode, context: ConversionContext) => Value | readonly Value[]

/** Channels last to channels first and back. */
const toFirst = [0, 3, 1, 2]
const toLast = [0, 2, 3, 1]

export const operators: Readonly<Record<string, Convert>> = {
  Placeholder: ({ name, attr }, { graph }) =>
    graph.input(
      name,
      (attr.shape?.shape?.dim ?? []).map(({ size }) => size),
    ),
  Identity: ({ input }, { value }) => value(input[0] ?? ''),
  Add: same('Add'),
  AddV2: same('Add'),
  Relu: same('Relu'),
  Sigmoid: same('Sigmoid'),
  LeakyRelu: ({ input, attr }, { graph, value }) =>
    graph.node('LeakyRelu', [value(input[0] ?? '')], { alpha: { float: attr.alpha?.f ?? 0.2 } }),
  Conv2D: convolution,
  _FusedConv2D: convolution,
  DepthwiseConv2dNative: convolution,
  MaxPool: ({ input, attr }, { graph, value }) => {
    const { ksize, strides } = attr
    const pooled = graph.node('MaxPool', [channelsFirst(graph, value(input[0] ?? ''))], {
      kernel_shape: spatial(ksize?.list?.i),
      strides: spatial(strides?.list?.i),
      auto_pad: padding(attr.padding?.s),
    })
    return channelsLast(graph, pooled)
  },
  Pad: padded,
  PadV2: padded,
  Reshape: ({ input: [tensor = '', shape = ''] }, { graph, value, constant }) =>
    graph.node('Reshape', [value(tensor), graph.integers([...constant(shape).data])]),
  Transpose: ({ input: [tensor = '', order = ''] }, { graph, value, constant }) =>
    graph.node('Transpose', [value(tensor)], { perm: [...constant(order).data] }),
  ConcatV2: ({ input }, { graph, value, constant }) =>
    graph.node('Concat', input.slice(0, -1).map(value), { axis: first(constant(input.at(-1) ?? '')) }),
  SplitV: ({ input: [tensor = '', sizes = '', axis = ''] }, { graph, value, constant }) => {
    const lengths = [...constant(sizes).data]
    const inputs = [value(tensor), graph.integers(lengths)]
    return graph.nodeOfMany('Split', inputs, lengths.length, { axis: first(constant(axis)) })
  },
  ResizeBilinear: ({ input: [tensor = '', size = ''], attr }, { graph, value, constant }) => {
    if (attr.half_pixel_centers?.b !== true)
      throw new Error('ResizeBilinear is known with half-pixel centres only.')
    const [height = 0, width = 0] = constant(size).data
    const image = channelsFirst(graph, value(tensor))
    const kept = graph.node('Slice', [graph.node('Shape', [image]), graph.integers([0]), graph.integers([2])])
    const wanted = graph.node('Concat', [kept, graph.integers([height, width])], { axis: 0 })
    const resized = graph.node('Resize', [image, '', '', wanted], {
      mode: 'linear',
      coordinate_transformation_mode: 'half_pixel',
    })
    return channelsLast(graph, resized)
  },
}

function same(type: string): Convert {
  return ({ input }, { graph, value }) => graph.node(type, input.map(value))
}

/** Kernels lie as height × width × in × out; a depthwise one has a group for each channel. */
function convolution(
  { op, input, attr }: TensorFlowNode,
  { graph, value, constant }: ConversionContext,
): Value {
  const [image = '', weights = '', bias] = input
  const kernel = constant(weights)
  const isDepthwise = op === 'DepthwiseConv2dNative'
  const [height = 0, width = 0, channels = 0] = kernel.shape
  const fused = (attr.fused_ops?.list?.s ?? []).map(text)
  const inputs = [
    channelsFirst(graph, value(image)),
    graph.constant(isDepthwise ? depthwiseFirst(kernel) : outputFirst(kernel)),
    ...(fused[0] === 'BiasAdd' && bias !== undefined ? [graph.constant(constant(bias))] : []),
  ]
  const attributes: Record<string, Attribute> = {
    kernel_shape: [height, width],
    strides: spatial(attr.strides?.list?.i),
    dilations: spatial(attr.dilations?.list?.i ?? [1, 1, 1, 1]),
    auto_pad: padding(attr.padding?.s),
    group: isDepthwise ? channels : 1,
  }
  let result = graph.node('Conv', inputs, attributes)
  for (const activation of fused.filter((name) => name !== 'BiasAdd')) {
    if (activation !== 'Relu') throw new Error(`A convolution fused with ${activation} is not known.`)
    result = graph.node('Relu', [result])
  }
  return channelsLast(graph, result)
}

function padded(
  { input: [tensor = '', margins = '', filling] }: TensorFlowNode,
  context: ConversionContext,
): Value {
  const { graph, value, constant } = context
  const pairs = [...constant(margins).data]
  const before = pairs.filter((_, index) => index % 2 === 0)
  const after = pairs.filter((_, index) => index % 2 === 1)
  const filler = filling === undefined ? 0 : first(constant(filling))
  return graph.node('Pad', [value(tensor), graph.integers([...before, ...after]), graph.scalar(filler)])
}

function outputFirst({ shape, data }: Constant): Constant {
  const [height = 0, width = 0, channels = 0, outputs = 0] = shape
  return reordered(
    data,
    [outputs, channels, height, width],
    (out, channel, y, x) => ((y * width + x) * channels + channel) * outputs + out,
  )
}

/** One kernel per channel and multiple of it. */
function depthwiseFirst({ shape, data }: Constant): Constant {
  const [height = 0, width = 0, channels = 0, multiple = 0] = shape
  return reordered(
    data,
    [channels * multiple, 1, height, width],
    (out, _, y, x) => (y * width + x) * channels * multiple + out,
  )
}

function reordered(
  data: Constant['data'],
  [a = 0, b = 0, c = 0, d = 0]: readonly number[],
  from: (a: number, b: number, c: number, d: number) => number,
): Constant {
  const result = new Float32Array(a * b * c * d)
  for (let at = 0; at < result.length; at++) {
    const rest = Math.floor(at / d)
    const place = from(Math.floor(rest / c / b), Math.floor(rest / c) % b, rest % c, at % d)
    result[at] = data[place] ?? 0
  }
  return { shape: [a, b, c, d], data: result }
}

function channelsFirst(graph: OnnxGraph, value: Value): Value {
  return graph.node('Transpose', [value], { perm: toFirst })
}

function channelsLast(graph: OnnxGraph, value: Value): Value {
  return graph.node('Transpose', [value], { perm: toLast })
}

/** The two middle numbers of four: an image stands alone in its batch, and channels are never skipped. */
function spatial(numbers: readonly number[] | undefined): readonly number[] {
  const [batch, height, width, channels] = numbers ?? []
  if (batch !== 1 || channels !== 1 || height === undefined || width === undefined)
    throw new Error(`Steps of [${numbers?.join(', ')}] are not known.`)
  return [height, width]
}

function padding(base64: string | undefined): string {
  const word = text(base64 ?? '')
  if (word === 'SAME') return 'SAME_UPPER'
  if (word === 'VALID') return 'VALID'
  throw new Error(`Padding "${word}" is not known.`)
}

function first({ data }: Constant): number {
  return data[0] ?? 0
}

function text(base64: string): string {
  return Buffer.from(base64, 'base64').toString()
}
