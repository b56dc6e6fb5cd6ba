/** A server that is killed takes its children along. */
import { expect, it } from 'vitest'
import { isAlive, startParent, until } from './harness.fixture.ts'

it.each([
  ['idle', []],
  ['spinning', ['spin', 'spin', 'spin']],
])('no %s or stopped child is left after SIGKILL of the server', async (_, faults) => {
  const parent = await startParent({ workers: 3 }, faults)
  expect(parent.sentence).toContain('killed when the server dies')
  expect(parent.pids.filter(isAlive)).toHaveLength(3)
  process.kill(parent.pids[1] ?? 0, 'SIGSTOP')
  process.kill(parent.pid, 'SIGKILL')
  await until(() => !parent.pids.some(isAlive), 20_000)
})

it('even without the death signal, a child that can still run ends when the channel closes', async () => {
  const parent = await startParent({ workers: 2, sandbox: 'off' }, ['sleep:60000'])
  expect(parent.pids.filter(isAlive).length).toBeGreaterThan(0)
  process.kill(parent.pid, 'SIGKILL')
  await until(() => !parent.pids.some(isAlive), 20_000)
})
