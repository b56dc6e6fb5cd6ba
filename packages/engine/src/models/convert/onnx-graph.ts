/**
 * A graph of ONNX operators that is written node by node and becomes a file.
 * Field numbers are those of onnx.proto3; the operator set is 13 (intermediate representation 8).
 */
import { bytesField, floatField, integerField, joined, type Message } from './protobuf.ts'

/** Name of a value in the graph. */
export type Value = string & { readonly __brand: 'OnnxValue' }

type Shape = readonly (number | string)[]

/** Numbers that the graph carries: 32-bit floats, or integers that become 64-bit ones. */
export interface Constant {
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

/** A float attribute is told from an integer by its wrapper: 1.0 is 1 in JavaScript. */
export type Attribute = number | string | readonly number[] | { readonly float: number }

const operatorSet = 13
const representation = 8
const dataType = { float: 1, int64: 7 } as const
const attributeType = { float: 1, int: 2, string: 3, ints: 7 } as const

export class OnnxGraph {
  readonly #nodes: Message[] = []
  readonly #constants: Message[] = []
  readonly #inputs: Message[] = []
  readonly #outputs: Message[] = []
  #serial = 0

  /** A float input of this shape; a side that is known only when the graph runs has a name. */
  input(name: string, shape: Shape): Value {
    this.#inputs.push(floatValue(name, shape))
    return name as Value
  }

  constant({ shape, data }: Constant): Value {
    const name = this.#name('constant')
    const isFloat = data instanceof Float32Array
    this.#constants.push(
      joined([
        ...shape.map((side) => integerField(1, side)),
        integerField(2, isFloat ? dataType.float : dataType.int64),
        bytesField(8, name),
        bytesField(9, isFloat ? bytesOf(data) : bytesOf(BigInt64Array.from(data, BigInt))),
      ]),
    )
    return name
  }

  integers(values: readonly number[]): Value {
    return this.constant({ shape: [values.length], data: Int32Array.from(values) })
  }

  scalar(value: number): Value {
    return this.constant({ shape: [], data: Float32Array.of(value) })
  }

  /** An operator with one result. An empty input stands for an optional one that is not given. */
  node(
    type: string,
    inputs: readonly (Value | '')[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    const output = this.#name(type)
    this.#add(type, { inputs, outputs: [output], attributes })
    return output
  }

  /** An operator with several results. */
  nodeOfMany(
    type: string,
    inputs: readonly Value[],
    count: number,
    attributes: Readonly<Record<string, Attribute>>,
  ) {
    const outputs = Array.from({ length: count }, () => this.#name(type))
    this.#add(type, { inputs, outputs, attributes })
    return outputs
  }

  /** Gives a value to the world under this name. */
  output(name: string, value: Value): void {
    this.#add('Identity', { inputs: [value], outputs: [name], attributes: {} })
    this.#outputs.push(
      joined([bytesField(1, name), bytesField(2, bytesField(1, integerField(1, dataType.float)))]),
    )
  }

  /** The whole file. */
  toFile(): Uint8Array {
    const graph = joined([
      ...this.#nodes.map((node) => bytesField(1, node)),
      bytesField(2, 'graph'),
      ...this.#constants.map((constant) => bytesField(5, constant)),
      ...this.#inputs.map((input) => bytesField(11, input)),
      ...this.#outputs.map((output) => bytesField(12, output)),
    ])
    return joined([
      integerField(1, representation),
      bytesField(7, graph),
      bytesField(8, joined([bytesField(1, ''), integerField(2, operatorSet)])),
    ])
  }

  #name(kind: string): Value {
    return `${kind}_${this.#serial++}` as Value
  }

  #add(
    type: string,
    {
      inputs,
      outputs,
      attributes,
    }: {
      readonly inputs: readonly string[]
      readonly outputs: readonly string[]
      readonly attributes: Readonly<Record<string, Attribute>>
    },
  ): void {
    this.#nodes.push(
      joined([
        ...inputs.map((input) => bytesField(1, input)),
        ...outputs.map((output) => bytesField(2, output)),
        bytesField(3, `${type}_node_${this.#nodes.length}`),
        bytesField(4, type),
        ...Object.entries(attributes).map(([name, value]) => bytesField(5, attribute(name, value))),
      ]),
    )
  }
}

function attribute(name: string, value: Attribute): Message {
  const head = bytesField(1, name)
  if (typeof value === 'number')
    return joined([head, integerField(3, value), integerField(20, attributeType.int)])
  if (typeof value === 'string')
    return joined([head, bytesField(4, value), integerField(20, attributeType.string)])
  if ('float' in value)
    return joined([head, floatField(2, value.float), integerField(20, attributeType.float)])
  return joined([head, ...value.map((item) => integerField(8, item)), integerField(20, attributeType.ints)])
}

function floatValue(name: string, shape: Shape): Message {
  const sides = shape.map((side) =>
    bytesField(1, typeof side === 'string' ? bytesField(2, side) : integerField(1, side)),
  )
  const tensor = joined([integerField(1, dataType.float), bytesField(2, joined(sides))])
  return joined([bytesField(1, name), bytesField(2, bytesField(1, tensor))])
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
