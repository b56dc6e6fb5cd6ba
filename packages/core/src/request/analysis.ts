/** The numbers of analyses: revisions and what a request may ask for. */
import type { AnalysisOutput } from './output.ts'

/** Bump where the text for the same pixels changes: invalidates what is stored of that kind. */
export const analysisRevisions: Readonly<Record<AnalysisOutput['kind'], number>> = Object.freeze({
  palette: 1,
  placeholder: 1,
  facts: 1,
})

/** Bump with the engine's `rulesRevision` where the same models are asked otherwise: what they said is found again. */
export const sightingsRevision = 1

/** What BlurHash allows a side to have. */
export const maxBlurHashComponents = 9
export const maxPaletteColors = 16
/** What a CSS class may begin with. */
export const classPrefix: RegExp = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
