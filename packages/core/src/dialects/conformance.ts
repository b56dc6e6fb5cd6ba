/**
 * What a dialect makes of each parameter its vendor documents: the table behind docs/reference/dialects and the tests.
 *
 * A dialect's folder holds it as `conformance.ts`, which exports a `Conformance` under the name `conformance`; the
 * documentation finds it there. Nothing that answers requests imports it.
 */

/** What an answer with the parameter has that the one without has not; checked over HTTP. */
export type Effect =
  /** Other width or height. */
  | 'size'
  /** Other pixels, more than an encoder's noise. */
  | 'pixels'
  | 'brighter'
  | 'darker'
  /** More, or less, saturated. */
  | 'colourful'
  | 'pale'
  /** Less, or more, difference between neighbours. */
  | 'soft'
  | 'sharp'
  | 'transparent'
  /** Another media type. */
  | 'type'
  /** Another file of the same picture: its coding or what it carries. */
  | 'bytes'
  /** Another header than those about the body. */
  | 'header'
  /** Another text of the same type. */
  | 'text'
  | 'status'
  /** Other pixels, where there are faces and a model that finds them. */
  | 'faces'
  /** Other transparency, where there is a model that parts the subject from what is behind it. */
  | 'cut-out'

/** Two pieces of URL, queries unless the dialect says otherwise; `without` lacks the parameter and nothing else. */
interface Example {
  readonly with: string
  readonly without: string
}

interface Documented {
  /** As the vendor writes it. */
  readonly parameter: string
  readonly aliases?: readonly string[]
}

/** What becomes of a parameter. `approximated` acts, but its scale or details are ours: the note says how. */
type Verdict =
  | {
      readonly status: 'supported'
      readonly example: Example
      readonly effect: Effect
      readonly note?: string
    }
  | {
      readonly status: 'approximated'
      readonly example: Example
      readonly effect: Effect
      readonly note: string
    }
  /** An error that says why, or no effect, for the reason in the note. */
  | { readonly status: 'refused' | 'ignored'; readonly note: string }

export type ConformanceRow = Documented & Verdict

export interface Conformance {
  /** The vendor's name, as a title. */
  readonly title: string
  /** Markdown above the table: the form of URLs, what is true of all parameters. */
  readonly about: string
  readonly rows: readonly ConformanceRow[]
}

/** The pieces of URL with the parameter and without it, which is nothing when left out. */
type Pieces = readonly [example: string, without?: string]

export function supported(effect: Effect, [example, without = '']: Pieces, note?: string): Verdict {
  const verdict = { status: 'supported', example: { with: example, without }, effect } as const
  return note === undefined ? verdict : { ...verdict, note }
}

export function approximated(effect: Effect, [example, without = '']: Pieces, note: string): Verdict {
  return { status: 'approximated', example: { with: example, without }, effect, note }
}

export function refused(note: string): Verdict {
  return { status: 'refused', note }
}

export function ignored(note: string): Verdict {
  return { status: 'ignored', note }
}

/** The rows of a table, a line each: parameter as the vendor writes it, its other names behind ` | `, → verdict. */
export function rowsOf(verdicts: Readonly<Record<string, Verdict>>): readonly ConformanceRow[] {
  return Object.entries(verdicts).map(([names, verdict]) => {
    const [parameter = names, ...aliases] = names.split(' | ')
    return { parameter, ...(aliases.length > 0 && { aliases }), ...verdict }
  })
}
