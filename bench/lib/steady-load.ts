/**
 * One request after the other at a steady pace over a keep-alive connection, in a process of its own, so that its CPU is
 * never counted and its clock is not held up. Answers that are late do not slow the pace down: what would have been
 * asked meanwhile is asked at once, and waits from the moment it should have been asked.
 * Message in: a `SteadyOrder`; message out: its latencies in milliseconds.
 */
import { Agent, get } from 'node:http'
import { setTimeout } from 'node:timers/promises'

export interface SteadyOrder {
  readonly url: string
  readonly perSecond: number
  readonly seconds: number
}

process.on('message', async (order: SteadyOrder) => process.send?.(await load(order)))

async function load({ url, perSecond, seconds }: SteadyOrder): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const started = performance.now()
  const pending: Promise<number>[] = []
  for (let at = 0; at < perSecond * seconds; at++) {
    const due = started + (at * 1000) / perSecond
    const early = due - performance.now()
    if (early > 0) await setTimeout(early)
    pending.push(once(url, agent).then(() => performance.now() - due))
  }
  const latencies = await Promise.all(pending)
  agent.destroy()
  return latencies
}

function once(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`${url} was answered ${response.statusCode}`))
      })
    }).on('error', reject)
  })
}
