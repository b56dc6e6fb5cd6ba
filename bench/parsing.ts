/**
 * What reading a URL costs: median time of one parse of the corpus of each dialect, in microseconds and against what
 * the platform takes to read the same URL (`new URL` and every search parameter), taking turns in the same process.
 *
 * Schemas compile at their first use: the first rounds are not counted.
 */
import { attempt, corpus, parse } from '../packages/core/src/dialects/fuzz.test-kit.ts'
import { dialects } from '../packages/core/src/dialects/index.ts'
import { report } from './lib/report.ts'
import { medianInterval, quantile } from './lib/statistics.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 1_500)
/** Parses in one measurement: the clock is not finer than a parse. */
const batch = 10
const target = 30

/** Microseconds of one call. */
function microseconds(work: () => void): number {
  const start = performance.now()
  for (let call = 0; call < batch; call++) work()
  return ((performance.now() - start) * 1000) / batch
}

function platform(url: string): void {
  const { searchParams } = new URL(url, 'https://img.test')
  for (const _ of searchParams);
}

const figures = dialects.map(({ mount }) => {
  const urls = corpus.filter((url) => url.startsWith(`/${mount}/`) && attempt(url) === 'parsed')
  const samples = urls.map(() => ({ ours: [] as number[], platform: [] as number[] }))
  for (let round = -200; round < rounds; round++) {
    for (const [index, url] of urls.entries()) {
      const ours = microseconds(() => parse(url))
      const theirs = microseconds(() => platform(url))
      if (round < 0) continue
      samples[index]?.ours.push(ours)
      samples[index]?.platform.push(theirs)
    }
  }
  const each = samples.map(({ ours, platform }, index) => ({
    url: urls[index],
    median: quantile(ours, 0.5),
    p99: quantile(ours, 0.99),
    ratio: quantile(ours, 0.5) / quantile(platform, 0.5),
  }))
  const dialect = medianInterval(each.map(({ median }) => median)).median
  return {
    name: `${mount}: median of one parse, µs, over ${urls.length} URLs`,
    target: `≤ ${target}`,
    reached: dialect <= target,
    measured: {
      median: dialect,
      worst: Math.max(...each.map(({ median }) => median)),
      samples: rounds,
      each,
    },
  }
})
await report('parsing', figures)
