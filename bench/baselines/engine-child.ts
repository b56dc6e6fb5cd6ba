/** One engine run in a process of its own, so that its memory can be seen from outside: { ready }, a request, { done }. */
import type { RunRequest } from '../../packages/engine/src/pool/protocol.ts'
import { run } from '../../packages/engine/src/run.ts'

process.on('message', async (request: RunRequest) => {
  const before = process.cpuUsage()
  const { outputs } = await run(request)
  const spent = process.cpuUsage(before)
  process.send?.({
    cpuMs: (spent.user + spent.system) / 1000,
    bytes: Buffer.from(outputs[0]?.bytes ?? []).toString('base64'),
  })
})
process.send?.('ready')
