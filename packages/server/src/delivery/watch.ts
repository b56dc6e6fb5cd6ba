/** Registers the numbers that delivery owns with the metrics; they are read at each scrape. */
import type { Metrics } from '../observe/index.ts'
import type { DeliveryContext } from './dependencies.ts'

export function watchDelivery({ hits, variants, flights, pool }: DeliveryContext, metrics: Metrics): void {
  const memory = { cache: 'memory' }
  const disk = { cache: 'disk' }
  metrics.gauge(
    'fovea_memory_hits_total',
    'Image requests answered from the memory cache',
    () => hits.served,
    'counter',
  )
  metrics.gauge(
    'fovea_memory_hit_bytes_total',
    'Bytes of bodies answered from the memory cache',
    () => hits.servedBytes,
    'counter',
  )
  metrics.gauge('fovea_cache_bytes', 'Bytes held, by cache', () => [
    { labels: memory, value: hits.stats.bytes },
    { labels: disk, value: variants.stats.bytes },
  ])
  metrics.gauge('fovea_cache_entries', 'Entries held, by cache', () => [
    { labels: memory, value: hits.stats.entries },
    { labels: disk, value: variants.stats.entries },
  ])
  metrics.gauge(
    'fovea_cache_evictions_total',
    'Entries that made room for others, by cache',
    () => [
      { labels: memory, value: hits.stats.evictions },
      { labels: disk, value: variants.stats.evictions },
    ],
    'counter',
  )
  metrics.gauge(
    'fovea_cache_damaged_total',
    'Disk entries that failed their checksum and were deleted',
    () => variants.stats.damaged,
    'counter',
  )
  metrics.gauge('fovea_flights', 'Variants being made', () => flights.size)
  watchPool(pool, metrics)
}

function watchPool(pool: DeliveryContext['pool'], metrics: Metrics): void {
  const count = (read: () => number) => () => [{ labels: {}, value: read() }]
  metrics.gauge('fovea_pool_queued', 'Renders that wait for a child, by lane', () =>
    Object.entries(pool.status().queued).map(([lane, value]) => ({ labels: { lane }, value })),
  )
  metrics.gauge(
    'fovea_pool_running',
    'Renders in a child',
    count(() => pool.status().running),
  )
  metrics.gauge(
    'fovea_pool_running_bytes',
    'Predicted bytes of the renders in a child',
    count(() => pool.status().runningBytes),
  )
  metrics.gauge(
    'fovea_pool_quarantined',
    'Sources refused for crashing children',
    count(() => pool.status().quarantined),
  )
  metrics.gauge('fovea_pool_workers', 'Decoding children, by state', () => {
    const { workers } = pool.status()
    return [...new Set(workers.map(({ state }) => state))].map((state) => ({
      labels: { state },
      value: workers.filter((worker) => worker.state === state).length,
    }))
  })
  metrics.gauge(
    'fovea_pool_worker_bytes',
    'Resident bytes of all children after their last job',
    count(() => pool.status().workers.reduce((sum, { rssBytes }) => sum + rssBytes, 0)),
  )
  metrics.gauge(
    'fovea_pool_events_total',
    'What happened to jobs and children, by event',
    () => Object.entries(pool.status().counters).map(([event, value]) => ({ labels: { event }, value })),
    'counter',
  )
}
