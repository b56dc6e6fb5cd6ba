export { type FirstRunDependencies, type FirstRunFacts, firstRun } from './first-run.ts'
