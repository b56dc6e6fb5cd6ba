/**
 * imgix's `bg-remove`, which acts on the source before all else.
 *
 * Here it may stand behind a change of size: the subject is that of the whole source all the same, and there is less to
 * cut out. A trim must see the cut-out, and what is laid beside the picture must not be cut off with its background.
 */
import type { OperationInput } from '../../operations/index.ts'
import type { ImgixParameters } from './reader.ts'

type Operations = readonly OperationInput[]

/** `cuts` and `size`, with the removal at its place among them. */
export function withoutBackground(
  parameters: ImgixParameters,
  cuts: Operations,
  size: Operations,
): Operations {
  const removal = removalIn(parameters)
  const last = size.at(-1)
  if (removal === undefined) return [...cuts, ...size]
  if (cuts.some(({ op }) => op === 'trim') || last?.op === 'pad') return [removal, ...cuts, ...size]
  if (last?.op !== 'resize' || last.fit !== 'contain') return [...cuts, ...size, removal]
  const { background: _, fill: __, ...box } = last
  return [...cuts, ...size.slice(0, -1), { ...box, fit: 'inside' }, removal, last]
}

const share = { min: 0, max: 1 }

function removalIn(parameters: ImgixParameters): OperationInput | undefined {
  if (parameters.flag('bg-remove') !== true) return undefined
  return {
    op: 'removeBackground',
    solid: parameters.flag('bg-remove-semi-transparency') === false,
    maxTransparency: parameters.number('bg-remove-transparency-threshold', share) ?? 0.2,
    otherwise: (parameters.flag('bg-remove-fallback') ?? true) ? 'keep' : 'error',
  }
}
