import { FoveaError } from '@fovea/client'
import { describe, expect, it } from 'vitest'
import { FileFault, sentenceOf } from './sentence.ts'

const away = (cause: unknown) => new FoveaError('The server could not be reached.', { status: 0, cause })
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause })

describe('what is told of an error', () => {
  it('is why the server could not be reached', () => {
    const refused = new Error('connect ECONNREFUSED ::1:9')
    const said = 'The server could not be reached: connect ECONNREFUSED ::1:9'
    expect(sentenceOf(away(refused))).toBe(said)
    expect(sentenceOf(away(fetchFailed(refused)))).toBe(said)
    expect(sentenceOf(away(fetchFailed(new AggregateError([refused, new Error('another address')]))))).toBe(
      said,
    )
  })

  it('is the file, where that is at fault', () => {
    const fault = new FileFault('EACCES: permission denied', { cause: new Error('of the system') })
    expect(sentenceOf(away(fetchFailed(fault)))).toBe('EACCES: permission denied')
  })

  it('is the message, where that says everything', () => {
    const late = new FoveaError('The server did not answer within 9 ms.', {
      ...{ status: 0, cause: new DOMException('too late', 'TimeoutError') },
    })
    expect(sentenceOf(late)).toBe(late.message)
    const refused = new FoveaError('No.', { status: 403, cause: new Error('whatever') })
    expect([sentenceOf(refused), sentenceOf(new Error('other'))]).toEqual(['No.', 'other'])
  })
})
