import { defaultLimits } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import type { WorkerRequest } from './protocol.ts'
import { readReply } from './replies.ts'

const source = { path: '/x' }
const probe: WorkerRequest = { kind: 'probe', id: 7, source, limits: defaultLimits }
const run: WorkerRequest = {
  kind: 'run',
  id: 7,
  source,
  decode: { orient: true },
  outputs: [{ pipeline: [], output: { kind: 'image', format: 'webp', metadata: 'none', animated: false } }],
  limits: defaultLimits,
}
const telling: WorkerRequest = { ...run, tellsProgress: true }
const palette: WorkerRequest = {
  ...run,
  outputs: [{ pipeline: [], output: { kind: 'palette', as: 'json', colors: 6 } }],
}
const made = { bytes: new Uint8Array(3), format: 'webp', width: 1, height: 2, pages: 1, passes: 1 }
const timings = { open: 1, operate: 2, encode: 3 }
const facts = {
  format: 'jpeg',
  width: 4,
  height: 3,
  orientation: 1,
  pages: 1,
  hasAlpha: false,
  channels: 3,
  space: 'srgb',
  density: 72,
  isProgressive: false,
  sizeBytes: 9,
}

function done(result: unknown) {
  return { kind: 'done', id: 7, result, rssBytes: 5 }
}

describe('readReply', () => {
  it('passes what the protocol says', () => {
    expect(readReply({ kind: 'ready', pid: 1, isReadable: true, isCold: false }, undefined)).toEqual({
      kind: 'ready',
      isReadable: true,
      isCold: false,
    })
    expect(readReply({ kind: 'accepted', id: 7 }, run)).toEqual({ kind: 'accepted' })
    const progress = { kind: 'progress', id: 7, percent: 40 }
    expect(readReply(progress, telling)).toEqual({ kind: 'progress', percent: 40 })
    expect(readReply(done({ outputs: [made], timings }), run)).toMatchObject({
      result: { outputs: [made], timings },
    })
    expect(readReply(done(facts), probe)).toMatchObject({ result: facts })
    const failed = { kind: 'failed', id: 7, problem: { code: 'source/empty', members: {} }, rssBytes: 5 }
    expect(readReply(failed, run)).toMatchObject({
      kind: 'failed',
      problem: { code: 'source/empty', status: 400 },
    })
  })

  it('drops what facts do not have', () => {
    expect(readReply(done({ ...facts, extra: 'x'.repeat(100) }), probe)).not.toHaveProperty('result.extra')
  })

  it('copies the results of a message that holds several', () => {
    const two = { ...run, outputs: [run.outputs[0], run.outputs[0]] } as WorkerRequest
    const whole = new Uint8Array(100)
    const outputs = [0, 50].map((at) => ({ ...made, bytes: whole.subarray(at, at + 50) }))
    const reply = readReply(done({ outputs, timings }), two)
    if (reply?.kind !== 'done' || !('outputs' in reply.result)) throw new Error('no run result')
    for (const { bytes } of reply.result.outputs) expect(bytes.buffer.byteLength).toBe(50)
  })

  it.each<[string, unknown, WorkerRequest | undefined]>([
    ['nothing', undefined, run],
    ['text', 'done', run],
    ['an unknown kind', { kind: 'hello', id: 7 }, run],
    ['an answer to nothing', done(facts), undefined],
    ['an answer to another request', { ...done(facts), id: 8 }, probe],
    ['readiness in the middle of a request', { kind: 'ready', isReadable: true }, run],
    ['facts for a run', done(facts), run],
    ['progress that nobody asked for', { kind: 'progress', id: 7, percent: 40 }, run],
    ['progress of a probe', { kind: 'progress', id: 7, percent: 40 }, probe],
    ['more than all', { kind: 'progress', id: 7, percent: 101 }, telling],
    ['parts of a percent', { kind: 'progress', id: 7, percent: 0.5 }, telling],
    ['too few outputs', done({ outputs: [], timings }), run],
    ['too many outputs', done({ outputs: [made, made], timings }), run],
    ['bytes that are no bytes', done({ outputs: [{ ...made, bytes: 'abc' }], timings }), run],
    ['an unknown format', done({ outputs: [{ ...made, format: '__proto__' }], timings }), run],
    ['a text for a picture', done({ outputs: [{ ...made, format: 'css' }], timings }), run],
    ['a picture for a text', done({ outputs: [made], timings }), palette],
    ['another text', done({ outputs: [{ ...made, format: 'css' }], timings }), palette],
    ['a width below nothing', done({ outputs: [{ ...made, width: -1 }], timings }), run],
    ['a time that is no number', done({ outputs: [made], timings: { ...timings, open: Number.NaN } }), run],
    ['facts without a size', done({ ...facts, width: undefined }), probe],
    ['an unknown problem', { kind: 'failed', id: 7, problem: { code: 'toString' }, rssBytes: 1 }, run],
    ['no problem', { kind: 'failed', id: 7, rssBytes: 1 }, run],
  ])('refuses %s', (_, message, request) => {
    expect(readReply(message, request)).toBeUndefined()
  })
})
