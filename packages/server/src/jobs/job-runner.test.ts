import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../db/databases.test-harness.ts'
import { establishDemo } from '../first-run/establish.test-harness.ts'
import { MasterKey } from '../keys/index.ts'
import type { LogFields } from '../observe/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { JobHandler, JobId } from './job.ts'
import { JobQueue } from './job-queue.ts'
import { JobRunner } from './job-runner.ts'

let test: TestDatabase
let queue: JobQueue
let runner: JobRunner | undefined
let logged: LogFields[]
let projectId: ProjectId

beforeEach(async () => {
  test = await openTestDatabase('sqlite')
  const masterKey = new MasterKey('a test master key of more than 32 characters')
  queue = new JobQueue({ database: test.database, masterKey })
  logged = []
  projectId = (await establishDemo(test.database, masterKey)).projectId
})
afterEach(async () => {
  await runner?.stop()
  await test.close()
})

function start(handler: JobHandler, more: { onEnded?: (id: JobId) => Promise<void> } = {}): void {
  const note = (fields: LogFields) => void logged.push(fields)
  const log = { error: note, warn: note, info: note, debug: note }
  runner = new JobRunner({
    queue,
    handlers: { 'iteration-layer': handler },
    log,
    ...more,
    pollMs: 20,
  })
}

const add = (id: string) => queue.add({ id: id as JobId, projectId, kind: 'iteration-layer', payload: id })

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 5))
}

it('does what was there and what comes, two at a time', async () => {
  await add('1')
  let [running, most] = [0, 0]
  const done: string[] = []
  const ended: string[] = []
  const handler: JobHandler = async ({ id }) => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 10))
    running--
    done.push(id)
    return { kind: 'done' }
  }
  start(handler, { onEnded: async (id) => void ended.push(id) })
  for (const id of ['2', '3', '4', '5', '6']) await add(id)
  await until(async () => (await queue.countOpen(projectId, 'iteration-layer')) === 0 && ended.length === 6)
  expect(done.sort()).toEqual(['1', '2', '3', '4', '5', '6'])
  expect(ended.sort()).toEqual(['1', '2', '3', '4', '5', '6'])
  expect(most).toBe(2)
})

it('goes through the parts of a job', async () => {
  const seen: string[] = []
  start(async ({ payload }) => {
    seen.push(payload)
    return payload === 'part two' ? { kind: 'done' } : { kind: 'next', payload: 'part two' }
  })
  await add('1')
  await until(async () => (await queue.countOpen(projectId, 'iteration-layer')) === 0)
  expect(seen).toEqual(['1', 'part two'])
})

it('repeats later what threw, and says so in the log', async () => {
  start(async () => {
    throw new Error('unforeseen')
  })
  await add('1')
  await until(() => logged.some(({ event }) => event === 'job.later'))
  expect(logged).toContainEqual(
    expect.objectContaining({ event: 'job.later', error: 'unforeseen', attempt: 1 }),
  )
  expect(await queue.countOpen(projectId, 'iteration-layer')).toBe(1)
})

it('leaves what it was doing to the next process when it stops', async () => {
  let isStarted = false
  start((_, signal) => {
    isStarted = true
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  await add('1')
  await until(() => isStarted)
  await runner?.stop()
  expect(await queue.claim(['iteration-layer'])).toMatchObject({ id: '1', attempt: 2 })
})
