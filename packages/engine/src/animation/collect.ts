/**
 * Frees the pixels of a finished part. Their memory lies outside JavaScript's heap, where the collector hardly sees
 * it: left to itself it lets some 64 MB pile up. A collection of the young generation takes about a millisecond.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { readonly type: 'minor' | 'major' }) => void

let collector: Collect | undefined

export function collectGarbage(): void {
  collector ??= exposeCollector()
  collector({ type: 'major' })
}

function exposeCollector(): Collect {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as Collect
}
