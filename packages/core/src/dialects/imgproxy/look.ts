/** Colours and detail. The scales stand in docs/reference/adjustments.md. */
import type { OperationInput } from '../../operations/index.ts'
import { hiddenFaces } from '../hidden-faces.ts'
import type { Settings } from './settings.ts'

/** In the order in which they act: tones, colours, what lies over them, detail, who is hidden. */
export function adjusting(settings: Settings): readonly OperationInput[] {
  return [
    ...tones(settings),
    ...colors(settings),
    ...covers(settings),
    ...detail(settings),
    ...hiding(settings),
  ]
}

function tones({ brightness, contrast, saturation }: Settings): OperationInput[] {
  const made: OperationInput[] = []
  if (brightness !== 0) made.push({ op: 'brightness', amount: brightness / 2.55 })
  if (contrast !== 1) made.push({ op: 'contrast', amount: 100 * (Math.sqrt(contrast) - 1) })
  if (saturation !== 1) made.push({ op: 'modulate', saturation })
  return made
}

function colors({ monochrome, duotone }: Settings): OperationInput[] {
  const made: OperationInput[] = []
  if (monochrome !== undefined && monochrome.intensity > 0)
    made.push({ op: 'monochrome', color: monochrome.color, amount: 100 * monochrome.intensity })
  if (duotone !== undefined && duotone.intensity > 0) {
    const { intensity, shadow, highlight } = duotone
    made.push({ op: 'duotone', shadow, highlight, amount: 100 * intensity })
  }
  return made
}

function covers({ colorize, gradient }: Settings): OperationInput[] {
  const made: OperationInput[] = []
  if (colorize !== undefined && colorize.opacity > 0) {
    const { opacity, color, keepsAlpha } = colorize
    made.push(
      keepsAlpha ? { op: 'colorize', color, amount: 100 * opacity } : { op: 'colorOverlay', color, opacity },
    )
  }
  if (gradient !== undefined && gradient.opacity > 0) {
    const { opacity, color, angle } = gradient
    made.push({ op: 'colorOverlay', color: `${color.slice(0, 7)}00`, to: color, angle, opacity })
  }
  return made
}

function detail({ blur, sharpen, unsharp, pixelate, width, height }: Settings): OperationInput[] {
  const made: OperationInput[] = []
  if (blur > 0) made.push({ op: 'blur', sigma: Math.max(0.3, blur) })
  if (sharpen > 0) made.push({ op: 'sharpen', sigma: Math.max(0.01, sharpen) })
  // `auto` acts on pictures that were scaled.
  if (unsharp !== undefined && (unsharp.mode === 'always' || width > 0 || height > 0))
    made.push({ op: 'unsharp', amount: unsharp.amount })
  if (pixelate > 1) made.push({ op: 'pixelate', block: pixelate })
  return made
}

/** Sigma of a blur that hides as much as ours can. */
const mostHidden = 50

function hiding({ hidden }: Settings): readonly OperationInput[] {
  if (hidden === undefined) return []
  return [{ ...hiddenFaces('blur', hidden.sigma, mostHidden), what: hidden.what }]
}
