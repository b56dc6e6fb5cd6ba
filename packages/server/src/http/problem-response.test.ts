import { describe, expect, it } from 'vitest'
import { problemResponse } from './problem-response.ts'

const about = { instance: 'r1', path: '/api/v1/images' }
const failing = (code: string) => Object.assign(new Error('told to the log alone'), { code })

describe('what nobody expected', () => {
  it.each(['ENOSPC', 'EROFS', 'SQLITE_FULL', '53100'])('is 503 when the disk says %s', (code) => {
    const answer = problemResponse(failing(code), about)
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '60' }, isUnexpected: true })
    expect(answer.body).not.toContain('log')
  })

  it('is an opaque 500 else', () => {
    const answer = problemResponse(failing('ENOENT'), about)
    expect(answer).toMatchObject({ status: 500, isUnexpected: true })
    expect(answer.body).not.toContain('log')
  })
})
