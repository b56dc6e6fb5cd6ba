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
  metrics.gauge('fovea_pool', 'State of the decoding pool, by fact', () =>
    Object.entries(pool.status()).flatMap(([fact, value]) =>
      typeof value === 'number' ? [{ labels: { fact }, value }] : [],
    ),
  )
}
