export { ModelShelf } from './model-shelf.ts'
export { startPreparing } from './prepare.ts'
