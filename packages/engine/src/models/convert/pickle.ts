/**
 * Reads Python's pickle format, as much of it as files of PyTorch hold. Nothing of Python runs: what would be called
 * there is handed to the caller by its name.
 *
 * Opcodes as in the standard library's pickletools (protocol 2, read 2026-11-22).
 */

/** What stands in a pickle and lies outside of it. */
export interface Outside {
  /** The result of calling the class or function of this name, `module name`. @throws Error for one it does not know */
  call(name: string, args: readonly unknown[]): unknown
  /** What a persistent id stands for. */
  find(id: unknown): unknown
}

class Global {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

const mark = Symbol('mark')

/**
 * Dictionaries become Maps, tuples and lists arrays, classes and functions that are not called their names.
 * @throws Error for an opcode that is not known here, or a file that ends too soon
 */
export function unpickle(bytes: Uint8Array, outside: Outside): unknown {
  return new Unpickler(bytes, outside).run()
}

class Unpickler {
  readonly #bytes: Buffer
  readonly #outside: Outside
  readonly #stack: unknown[] = []
  readonly #memo = new Map<number, unknown>()
  #at = 0

  constructor(bytes: Uint8Array, outside: Outside) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#outside = outside
  }

  run(): unknown {
    for (;;) {
      const at = this.#at
      const opcode = String.fromCharCode(this.#byte())
      if (opcode === '.') return named(this.#pop())
      const step = steps[opcode]
      if (step === undefined) throw new Error(`A pickle has an unknown opcode at byte ${at}.`)
      step(this)
    }
  }

  push(value: unknown): void {
    this.#stack.push(value)
  }

  skip(bytes: number): void {
    this.#take(bytes)
  }

  /** A little-endian integer of 1, 2 or 4 bytes. */
  unsigned(bytes: 1 | 2 | 4): number {
    return this.#take(bytes).readUIntLE(0, bytes)
  }

  signed(): number {
    return this.#take(4).readInt32LE()
  }

  text(length: number): string {
    return this.#take(length).toString('utf8')
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at)
    if (end < 0) throw new Error('A pickle ends in the middle of a line.')
    const line = this.text(end - this.#at)
    this.#at++
    return line
  }

  keep(place: number): void {
    this.#memo.set(place, this.#stack.at(-1))
  }

  kept(place: number): void {
    this.push(this.#memo.get(place))
  }

  tuple(length: number): void {
    this.push(this.#stack.splice(this.#stack.length - length))
  }

  marked(): void {
    this.push(this.#sinceMark())
  }

  append(): void {
    const items = this.#sinceMark()
    const list = this.#stack.at(-1)
    if (!Array.isArray(list)) throw new Error('A pickle appends to what is no list.')
    list.push(...items.map(named))
  }

  set(pairs: readonly unknown[]): void {
    const dictionary = this.#stack.at(-1)
    if (!(dictionary instanceof Map)) throw new Error('A pickle sets an item of what is no dictionary.')
    for (let index = 0; index < pairs.length; index += 2)
      dictionary.set(named(pairs[index]), named(pairs[index + 1]))
  }

  setOne(): void {
    this.set(this.#stack.splice(this.#stack.length - 2))
  }

  setMarked(): void {
    this.set(this.#sinceMark())
  }

  global(): void {
    const module = this.line()
    this.push(new Global(`${module} ${this.line()}`))
  }

  call(): void {
    const args = this.#pop()
    const callee = this.#pop()
    if (!(callee instanceof Global) || !Array.isArray(args))
      throw new Error('A pickle calls what is no function.')
    this.push(this.#outside.call(callee.name, args.map(named)))
  }

  find(): void {
    this.push(this.#outside.find(named(this.#pop())))
  }

  /** The state of an object beside its items says nothing about its items. */
  dropState(): void {
    this.#pop()
  }

  #byte(): number {
    return this.#take(1).readUInt8()
  }

  #take(bytes: number): Buffer {
    if (this.#at + bytes > this.#bytes.length) throw new Error('A pickle ends too soon.')
    this.#at += bytes
    return this.#bytes.subarray(this.#at - bytes, this.#at)
  }

  #pop(): unknown {
    if (this.#stack.length === 0) throw new Error('A pickle takes more than it has.')
    return this.#stack.pop()
  }

  #sinceMark(): unknown[] {
    const from = this.#stack.lastIndexOf(mark)
    if (from < 0) throw new Error('A pickle misses a mark.')
    const [, ...items] = this.#stack.splice(from)
    return items
  }
}

function named(value: unknown): unknown {
  if (value instanceof Global) return value.name
  return Array.isArray(value) ? value.map(named) : value
}

const steps: Readonly<Record<string, (pickle: Unpickler) => void>> = {
  '\x80': (pickle) => pickle.skip(1),
  '(': (pickle) => pickle.push(mark),
  ')': (pickle) => pickle.push([]),
  ']': (pickle) => pickle.push([]),
  '}': (pickle) => pickle.push(new Map()),
  N: (pickle) => pickle.push(undefined),
  '\x88': (pickle) => pickle.push(true),
  '\x89': (pickle) => pickle.push(false),
  K: (pickle) => pickle.push(pickle.unsigned(1)),
  M: (pickle) => pickle.push(pickle.unsigned(2)),
  J: (pickle) => pickle.push(pickle.signed()),
  X: (pickle) => pickle.push(pickle.text(pickle.unsigned(4))),
  c: (pickle) => pickle.global(),
  q: (pickle) => pickle.keep(pickle.unsigned(1)),
  r: (pickle) => pickle.keep(pickle.unsigned(4)),
  h: (pickle) => pickle.kept(pickle.unsigned(1)),
  j: (pickle) => pickle.kept(pickle.unsigned(4)),
  t: (pickle) => pickle.marked(),
  '\x85': (pickle) => pickle.tuple(1),
  '\x86': (pickle) => pickle.tuple(2),
  '\x87': (pickle) => pickle.tuple(3),
  e: (pickle) => pickle.append(),
  s: (pickle) => pickle.setOne(),
  u: (pickle) => pickle.setMarked(),
  R: (pickle) => pickle.call(),
  Q: (pickle) => pickle.find(),
  b: (pickle) => pickle.dropState(),
}
