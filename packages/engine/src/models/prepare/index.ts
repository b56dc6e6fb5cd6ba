/** Bringing models to a machine (`@fovea/engine/models/prepare`). */
export { prepareModels } from './prepare.ts'
export { pullWeights } from './pull.ts'
