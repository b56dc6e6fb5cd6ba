/**
 * Rewrites a TensorFlow.js graph as an ONNX file, operator by operator.
 *
 * TensorFlow keeps channels last, ONNX first: every spatial operator gets a transposition before and after it, which
 * onnxruntime removes again. Only the operators of the models in `prepared.ts` are known; any other is refused by name.
 */
import { type Constant, OnnxGraph, type Value } from './onnx-graph.ts'
import { type Convert, operators } from './operators.ts'
import type { TensorFlowModel, TensorFlowNode } from './tensorflow-model.ts'

/**
 * @throws Error naming an operator, an attribute or a node that this converter does not know
 */
export function toOnnx(model: TensorFlowModel, outputs: readonly string[]): Uint8Array {
  const conversion = new Conversion(model)
  for (const name of outputs) conversion.graph.output(name, conversion.value(name))
  return conversion.graph.toFile()
}

class Conversion {
  readonly graph = new OnnxGraph()
  readonly #model: TensorFlowModel
  readonly #values = new Map<string, Value | readonly Value[]>()

  constructor(model: TensorFlowModel) {
    this.#model = model
  }

  /** What an input like `name` or `name:1` stands for in the new graph. */
  value(input: string): Value {
    const { name, index } = reference(input)
    const known = this.#values.get(name) ?? this.#convert(name)
    this.#values.set(name, known)
    const value = typeof known === 'string' ? (index === 0 ? known : undefined) : known[index]
    if (value === undefined) throw new Error(`Node "${name}" has no result ${index}.`)
    return value
  }

  /** The numbers behind an input that is known before the graph runs. */
  constant(input: string): Constant {
    const found = this.#folded(input)
    if (found === undefined) throw new Error(`"${input}" is not constant.`)
    return found
  }

  #convert(name: string): Value | readonly Value[] {
    const folded = this.#folded(name)
    if (folded !== undefined) return this.graph.constant(folded)
    const node = this.#node(name)
    const convert: Convert | undefined = operators[node.op]
    if (convert === undefined) throw new Error(`Operator ${node.op} of node "${name}" is not known.`)
    return convert(node, {
      graph: this.graph,
      value: (input) => this.value(input),
      constant: (input) => this.constant(input),
    })
  }

  /** Shapes are put together from constants by operators that nothing else uses. */
  #folded(input: string): Constant | undefined {
    const { op, name, input: inputs } = this.#node(reference(input).name)
    if (op === 'Const') return this.#model.weights.get(name)
    if (op === 'Identity') return this.#folded(only(inputs))
    if (op === 'SparseToDense') return this.#dense(inputs)
    const [left, right] = op === 'AddV2' ? inputs.map((each) => this.#folded(each)) : []
    if (!(left?.data instanceof Int32Array && right?.data instanceof Int32Array)) return undefined
    const summand = right.data
    return { shape: left.shape, data: left.data.map((value, at) => value + (summand[at] ?? 0)) }
  }

  #dense(inputs: readonly string[]): Constant | undefined {
    const [at, shape, values, filling] = inputs.map((each) => this.#folded(each))
    if (at === undefined || shape === undefined || values === undefined || filling === undefined)
      return undefined
    if (shape.data.length !== 1) throw new Error('SparseToDense of more than one dimension is not known.')
    const data = new Int32Array(shape.data[0] ?? 0).fill(filling.data[0] ?? 0)
    for (const [index, position] of at.data.entries())
      data[position] = values.data[index] ?? values.data[0] ?? 0
    return { shape: [data.length], data }
  }

  #node(name: string): TensorFlowNode {
    const node = this.#model.nodes.get(name)
    if (node === undefined) throw new Error(`There is no node "${name}".`)
    return node
  }
}

function only([input]: readonly string[]): string {
  if (input === undefined) throw new Error('A node without an input.')
  return input
}

/** `name`, `name:1`, or `^name` for one that only has to run before. */
function reference(input: string): { readonly name: string; readonly index: number } {
  const [, name = input, index = '0'] = /^\^?(.+?)(?::(\d+))?$/.exec(input) ?? []
  return { name, index: Number(index) }
}
