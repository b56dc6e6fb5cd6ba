/** The models as the server and the command line see them (`@fovea/engine/models`). Loads nothing native. */
export { models, tasks, tasksFor } from './index.ts'
export type { Model, Task, Weights } from './model.ts'
export { findWeights, modelIn, readWeights } from './weights.ts'
