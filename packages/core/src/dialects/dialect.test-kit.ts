/** What every dialect's test needs: a project without settings, and a way to catch the Problem a URL earns. */
import { defaultLimits } from '../limits/index.ts'
import { Problem } from '../problem/index.ts'
import type { AcceptBucket, ImageRequest } from '../request/index.ts'
import type { Dialect, DialectContext } from './define.ts'

export const bareContext: DialectContext = {
  limits: defaultLimits,
  deliveryFormats: ['webp', 'avif', 'jpeg'],
  presets: new Map(),
}

export function parseWith(
  dialect: Dialect,
  target: string,
  context: DialectContext = bareContext,
  accept: AcceptBucket = 'none',
): ImageRequest {
  const question = target.indexOf('?')
  return dialect.parse(
    {
      path: question < 0 ? target : target.slice(0, question),
      query: question < 0 ? '' : target.slice(question + 1),
      accept,
      base: 'https://img.test/mount/demo',
      acceptText: '',
      hints: {},
    },
    context,
  )
}

/** The Problem `work` throws; anything else it throws, or nothing, is a failed test. */
export function problemOf(work: () => unknown): Problem {
  try {
    work()
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown
    throw new Error(`threw ${String(thrown)}, not a Problem`, { cause: thrown })
  }
  throw new Error('threw nothing')
}
