import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startHarness } from '../delivery/delivery.test-harness.ts'
import { Counter, Histogram } from './instruments.ts'
import { Metrics } from './metrics.ts'

describe('the instruments', () => {
  it('count by labels and never make more than 256 series', () => {
    const counter = new Counter('c_total', 'help')
    for (let number = 0; number < 10_000; number++) counter.add({ label: String(number) })
    counter.add({ label: '7' }, 2)
    expect(counter.samples()).toHaveLength(256)
    expect(counter.samples()[7]).toEqual({ labels: { label: '7' }, value: 3 })
    const histogram = new Histogram('h', 'help', [1])
    for (let number = 0; number < 10_000; number++) histogram.observe({ label: String(number) }, 1)
    expect(histogram.samples()).toHaveLength(256 * 4)
  })

  it('add up observations in cumulative buckets', () => {
    const histogram = new Histogram('h', 'help', [1, 5])
    for (const value of [0.5, 1, 3, 100]) histogram.observe({ a: 'b' }, value)
    expect(histogram.samples()).toEqual([
      { metricName: 'h_bucket', labels: { a: 'b', le: 1 }, value: 2 },
      { metricName: 'h_bucket', labels: { a: 'b', le: 5 }, value: 3 },
      { metricName: 'h_bucket', labels: { a: 'b', le: '+Inf' }, value: 4 },
      { metricName: 'h_sum', labels: { a: 'b' }, value: 104.5 },
      { metricName: 'h_count', labels: { a: 'b' }, value: 4 },
    ])
  })
})

describe('the exposition', () => {
  it('shows current values at each scrape', async () => {
    const metrics = new Metrics()
    let value = 1
    metrics.gauge('g', 'help', () => value)
    expect((await metrics.expose()).body).toMatch(/^g 1$/m)
    value = 2
    metrics.decodes.add()
    const { body, contentType } = await metrics.expose()
    expect(contentType).toMatch(/^text\/plain; version=0.0.4/)
    expect(body).toMatch(/^g 2$/m)
    expect(body).toMatch(/^fovea_decodes_total 1$/m)
    expect(body).toMatch(/^process_cpu_seconds_total /m)
  })

  it('has exactly the metrics that the reference page lists', async () => {
    const harness = await startHarness()
    const { body } = await harness.metrics.expose()
    await harness.close()
    const exposed = [...body.matchAll(/^# TYPE (fovea_\w+) /gm)].map(([, name]) => name)
    const page = readFileSync(new URL('../../../../docs/reference/metrics.md', import.meta.url), 'utf8')
    const listed = [...page.matchAll(/`(fovea_\w+)`/g)].map(([, name]) => name)
    expect([...new Set(exposed)].sort()).toEqual([...new Set(listed)].sort())
  })
})
