export { ConsoleBuild, type ConsoleState } from './console-build.ts'
export { type ConsoleAsset, ConsoleFiles } from './console-files.ts'
export { buildCommand } from './places.ts'
