/** Pure, isomorphic heart of Fovea: the model, the dialects, the planner, keys and signatures. No I/O. */
export * from './crypto/index.ts'
export * from './dialects/index.ts'
export * from './model.ts'
