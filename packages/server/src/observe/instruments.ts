/**
 * Counters and histograms as plain numbers: an increment on the hot path is one addition.
 *
 * prom-client costs tens of milliseconds to import and a hash per observation, so it only formats: it is loaded at
 * the first scrape and reads these. Label values come from closed lists, so the number of series is bounded.
 */
type LabelValues = Readonly<Record<string, string>>

interface Sample {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  readonly metricName?: string
}

/** What prom-client's registry asks of a metric. */
export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  samples(): readonly Sample[]
}

/** Never more series than this per metric, whatever a mistake elsewhere puts into a label. */
const maxSeries = 256

export class Counter implements Metric {
  readonly type = 'counter'
  readonly name: string
  readonly help: string
  readonly #series = new Map<string, { readonly labels: LabelValues; value: number }>()

  constructor(name: string, help: string) {
    this.name = name
    this.help = help
  }

  add(labels: LabelValues = {}, amount = 1): void {
    const key = Object.values(labels).join('\n')
    const series = this.#series.get(key)
    if (series !== undefined) series.value += amount
    else if (this.#series.size < maxSeries) this.#series.set(key, { labels, value: amount })
  }

  /** Sum over all series. */
  get total(): number {
    let sum = 0
    for (const { value } of this.#series.values()) sum += value
    return sum
  }

  samples(): readonly Sample[] {
    if (this.#series.size === 0) return []
    return [...this.#series.values()].map(({ labels, value }) => ({ labels, value }))
  }
}

/** A value that is read when it is asked for. A counter that lives elsewhere is given with `type: 'counter'`. */
export class Gauge implements Metric {
  readonly type: 'gauge' | 'counter'
  readonly name: string
  readonly help: string
  readonly #read: () => number | readonly Sample[]

  constructor(
    name: string,
    help: string,
    read: () => number | readonly Sample[],
    type: 'gauge' | 'counter' = 'gauge',
  ) {
    this.name = name
    this.help = help
    this.#read = read
    this.type = type
  }

  samples(): readonly Sample[] {
    const value = this.#read()
    return typeof value === 'number' ? [{ value, labels: {} }] : value
  }
}

export class Histogram implements Metric {
  readonly type = 'histogram'
  readonly name: string
  readonly help: string
  /** Upper bounds, ascending, in the unit of the metric. */
  readonly #bounds: readonly number[]
  readonly #series = new Map<
    string,
    { readonly labels: LabelValues; readonly counts: number[]; sum: number }
  >()

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name
    this.help = help
    this.#bounds = bounds
  }

  observe(labels: LabelValues, value: number): void {
    const key = Object.values(labels).join('\n')
    let series = this.#series.get(key)
    if (series === undefined) {
      if (this.#series.size >= maxSeries) return
      series = { labels, counts: new Array<number>(this.#bounds.length + 1).fill(0), sum: 0 }
      this.#series.set(key, series)
    }
    const found = this.#bounds.findIndex((bound) => value <= bound)
    const bucket = found === -1 ? this.#bounds.length : found
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.sum += value
  }

  samples(): readonly Sample[] {
    const samples: Sample[] = []
    for (const { labels, counts, sum } of this.#series.values()) {
      let cumulative = 0
      counts.forEach((count, index) => {
        cumulative += count
        const le = this.#bounds[index] ?? '+Inf'
        samples.push({ metricName: `${this.name}_bucket`, labels: { ...labels, le }, value: cumulative })
      })
      samples.push({ metricName: `${this.name}_sum`, labels, value: sum })
      samples.push({ metricName: `${this.name}_count`, labels, value: cumulative })
    }
    return samples
  }
}
