/** The refusal of one segment of an image's address: 400, naming the segment, the rule and what was sent. */
import { type Problem, problem } from '../../problem/index.ts'
import { quote } from '../quote.ts'

export type Segment = 'region' | 'size' | 'rotation' | 'quality' | 'format'

/** `rule` completes the sentence "The size …". */
export function invalid(segment: Segment, value: string, rule: string): Problem {
  return problem('request/invalid-parameter', {
    detail: `The ${segment} ${rule}; it is ${quote(value)}.`,
    members: { parameter: segment },
  })
}
