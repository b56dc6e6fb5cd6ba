/** Words that frameworks share, in those of the plain form. */
import type { DeliveryParameters } from '../delivery-url.ts'

type Fit = NonNullable<DeliveryParameters['fit']>
type Format = NonNullable<DeliveryParameters['format']>

/** `contain` and `inside` both fit within the box, where nothing is padded. */
const fits: Readonly<Record<string, Fit>> = {
  cover: 'cover',
  contain: 'contain',
  fill: 'fill',
  inside: 'contain',
  'scale-down': 'scale-down',
}
const formats: readonly Format[] = ['webp', 'avif', 'jxl', 'jpg', 'png', 'gif']

/** @throws TypeError for a word that the plain form has none for */
export function fitOf(word: string): Fit {
  const fit = Object.hasOwn(fits, word) ? fits[word] : undefined
  if (fit !== undefined) return fit
  throw notOneOf('fit', word, Object.keys(fits))
}

/** @throws TypeError for a format that is not delivered */
export function formatOf(word: string): Format {
  const format = formats.find((each) => each === (word === 'jpeg' ? 'jpg' : word))
  if (format !== undefined) return format
  throw notOneOf('format', word, formats)
}

function notOneOf(name: string, word: string, allowed: readonly string[]): TypeError {
  return new TypeError(`Fovea: "${name}" must be one of ${allowed.join(', ')}, not ${JSON.stringify(word)}.`)
}
