/** Where `smartCrop` would cut, without making a picture: the operation's own rule, applied to what has been seen. */
import type { PictureFacts } from '@fovea/client/facts'
import { defaultLimits } from '@fovea/core/limits/limits'
import { sightingsIn } from '@fovea/core/operations/seen'
import { smartCrop } from '@fovea/core/operations/smart-crop'
import type { Box } from './sights.ts'

export const cutShapes = ['1:1', '16:9', '9:16'] as const
export type CutShape = (typeof cutShapes)[number]

/** `undefined` where nothing was found: such a cut lies where the eye is drawn, which only the pixels tell. */
export function cutOf(facts: PictureFacts, aspect: CutShape): Box | undefined {
  const { width, height, faces = [], subjects = [] } = facts
  if (faces.length + subjects.length === 0) return undefined
  const frame = {
    ...({ width, height, hasAlpha: false, pages: 1, format: 'jpeg', limits: defaultLimits } as const),
    facts: sightingsIn({ faces, subjects }),
  }
  const steps = smartCrop.lower(smartCrop.params.parse({ aspect }), frame)
  const cut = steps.find(({ step }) => step === 'extract')
  return cut?.step === 'extract' ? cut : { left: 0, top: 0, width, height }
}
