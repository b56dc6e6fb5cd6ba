/** The arguments of one processing option, `name:a:b:c`, read by place; an empty one counts as not given. */
import { readColor } from '../../geometry/color.ts'
import { type Problem, problem } from '../../problem/index.ts'
import { quote } from '../quote.ts'
import { readNumber } from '../step-parameters.ts'

interface Range {
  readonly min: number
  readonly max: number
}

export class Arguments {
  readonly name: string
  readonly #texts: readonly string[]

  constructor(name: string, texts: readonly string[]) {
    this.name = name
    this.#texts = texts
  }

  get count(): number {
    return this.#texts.length
  }

  /** Those from a place on, as arguments of the same option. */
  from(place: number): Arguments {
    return new Arguments(this.name, this.#texts.slice(place))
  }

  /** The first `count` of them. */
  first(count: number): Arguments {
    return new Arguments(this.name, this.#texts.slice(0, count))
  }

  /** Whether nothing is said at all. */
  isEmpty(): boolean {
    return this.#texts.every((text) => text === '')
  }

  /** @throws Problem when there are more than `most`, or fewer than `least` */
  expect(least: number, most: number): void {
    if (this.count < least || this.count > most) throw this.invalid(`takes ${least} to ${most} arguments`)
  }

  text(place: number): string | undefined {
    const text = this.#texts[place]
    return text === '' ? undefined : text
  }

  all(): readonly string[] {
    return this.#texts
  }

  number(place: number, { min, max }: Range): number | undefined {
    const text = this.text(place)
    if (text === undefined) return undefined
    const number = readNumber(text)
    if (number === undefined || number < min || number > max)
      throw this.invalid(`must have a number from ${min} to ${max} as argument ${place + 1}`)
    return number
  }

  integer(place: number, range: Range): number | undefined {
    const number = this.number(place, range)
    if (number !== undefined && !Number.isInteger(number))
      throw this.invalid(`must have a whole number as argument ${place + 1}`)
    return number
  }

  /** `1`, `t`, `true` and `0`, `f`, `false`, in any case that Go's ParseBool takes. */
  flag(place: number): boolean | undefined {
    const text = this.text(place)
    if (text === undefined) return undefined
    if (/^(?:1|t|T|true|True|TRUE)$/.test(text)) return true
    if (/^(?:0|f|F|false|False|FALSE)$/.test(text)) return false
    throw this.invalid(`must have 1 or 0 as argument ${place + 1}`)
  }

  oneOf<const T extends string>(place: number, names: readonly T[]): T | undefined {
    const text = this.text(place)
    if (text === undefined) return undefined
    const name = names.find((known) => known === text)
    if (name === undefined)
      throw this.invalid(`must have one of ${names.join(', ')} as argument ${place + 1}`)
    return name
  }

  /** Three, six or eight hexadecimal digits. */
  color(place: number): string | undefined {
    const text = this.text(place)
    if (text === undefined) return undefined
    const color = /^(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(text) ? readColor(`#${text}`) : undefined
    if (color === undefined)
      throw this.invalid(`must have hexadecimal digits of a colour as argument ${place + 1}`)
    return color
  }

  /** Complaint about the option; `rule` completes the sentence "`resize` …". */
  invalid(rule: string): Problem {
    const shown = quote([this.name, ...this.#texts].join(':'))
    return problem('request/invalid-parameter', {
      detail: `The processing option ${shown} is not valid: it ${rule}.`,
      members: { parameter: this.name },
    })
  }
}
