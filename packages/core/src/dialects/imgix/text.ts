/** imgix's `txt`: one line of black text in the bottom right corner; sizes follow `dpr`. */
import type { OperationInput } from '../../operations/index.ts'
import { fontNamed } from '../font-family.ts'
import { type ImgixParameters, maxSide } from './reader.ts'
import { corner } from './size.ts'

type Text = Extract<OperationInput, { op: 'text' }>

const black = '#000000ff'
const lengths = { min: 0, max: maxSide }
/** What the operation takes at most: characters of text. */
const longest = 2_000

export function texts(parameters: ImgixParameters, dpr: number): readonly OperationInput[] {
  const text = written(parameters.text('txt'))
  if (text === '') return []
  const scaled = (name: string, most: number) => {
    const value = parameters.number(name, lengths)
    return value === undefined ? undefined : Math.min(most, value * dpr)
  }
  const size = Math.min(4_000, Math.max(1, Math.round(scaled('txt-size', 4_000) ?? 12 * dpr)))
  const pad = Math.round(scaled('txt-pad', maxSide) ?? 10 * dpr)
  const width = scaled('txt-width', maxSide)
  const height = scaled('txt-h', maxSide)
  const fit = parameters.oneOf('txt-fit', ['max', 'wrap', 'wrapmax'])
  const line = Math.min(200, scaled('txt-line', 200) ?? 0)
  const lead = scaled('txt-lead', maxSide) ?? 0
  const track = parameters.number('txt-track', { min: -4, max: 1_000 }) ?? 0
  return [
    {
      op: 'text',
      text,
      ...fontNamed(parameters.text('txt-font') ?? ''),
      fontSize: size,
      color: parameters.color('txt-color') ?? black,
      ...(fit === 'max' || fit === 'wrapmax' ? { fit: 'max' as const } : {}),
      wrap: fit === 'wrap' || fit === 'wrapmax',
      ...(width === undefined || width < 1 ? {} : { maxWidth: Math.round(width) }),
      ...(height === undefined || height < 1 ? {} : { maxHeight: Math.round(height) }),
      ...clipped(parameters),
      ...placed(parameters, pad),
      ...(line > 0
        ? { strokeWidth: line, strokeColor: parameters.color('txt-line-color') ?? '#ffffffff' }
        : {}),
      ...shadowed(parameters, dpr),
      ...(lead > 0 ? { lineHeight: Math.min(5, 1.2 + lead / size) } : {}),
      ...(track === 0 ? {} : { letterSpacing: Math.min(1_000, Math.max(-100, track * dpr)) }),
    },
  ]
}

/** Text without what cannot be written; nothing of a text that is too long is lost silently, so it is cut visibly. */
function written(text = ''): string {
  const clean = text.replace(/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu, (character) =>
    /\s/.test(character) ? character : '',
  )
  const characters = clean.length > longest ? [...clean] : []
  const cut = characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : clean
  return cut.trim() === '' ? '' : cut
}

/** What happens to a line that is too long. */
function clipped(parameters: ImgixParameters): Pick<Text, 'cutAt' | 'overflow'> {
  const words = parameters.words('txt-clip', ['start', 'middle', 'end', 'ellipsis']) ?? []
  const cutAt = words.find((word) => word !== 'ellipsis') ?? 'end'
  return { cutAt, overflow: words.includes('ellipsis') ? 'ellipsis' : 'cut' }
}

/** A coordinate takes the place of alignment and padding along its axis. */
function placed(
  parameters: ImgixParameters,
  padding: number,
): Pick<Text, 'position' | 'padding' | 'x' | 'y'> {
  const places = ['top', 'middle', 'bottom', 'left', 'center', 'right'] as const
  const words = parameters.words('txt-align', places) ?? ['bottom', 'right']
  const range = { min: -maxSide, max: maxSide }
  const [x, y] = [
    parameters.integer('txt-x', range) || undefined,
    parameters.integer('txt-y', range) || undefined,
  ]
  const across = x === undefined ? words.filter((word) => word === 'left' || word === 'right') : ['left']
  const down = y === undefined ? words.filter((word) => word === 'top' || word === 'bottom') : ['top']
  return {
    position: corner([...down, ...across]),
    padding,
    ...(x === undefined ? {} : { x: x - padding }),
    ...(y === undefined ? {} : { y: y - padding }),
  }
}

/** Strength 0–10: the shadow's distance and softness in pixels. */
function shadowed(
  parameters: ImgixParameters,
  dpr: number,
): Partial<Pick<Text, 'shadowColor' | 'shadowX' | 'shadowY' | 'shadowBlur'>> {
  const strength = (parameters.number('txt-shad', { min: 0, max: 10 }) ?? 0) * dpr
  if (strength === 0) return {}
  return { shadowColor: '#000000b0', shadowX: strength / 2, shadowY: strength / 2, shadowBlur: strength }
}
