/**
 * `node scripts/fuzz-dialects.ts [runs] [seed]`: the parsers of all dialects against mutated URLs, a million unless
 * told. It ends with 1 at the first URL that throws anything but a Problem or takes longer than 5 ms three times, and
 * prints it; the seed gives the same URLs again. The test suite runs a part of this.
 */
import { cpuMilliseconds } from '../fixtures/cpu-time.ts'
import { fuzz } from '../packages/core/src/dialects/fuzz.test-kit.ts'

const runs = Number(process.argv[2] ?? 1_000_000)
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_007)
if (!Number.isSafeInteger(runs) || !Number.isSafeInteger(seed) || runs < 1) {
  console.error('runs and seed must be whole numbers')
  process.exit(2)
}
console.log(`${runs} URLs, seed ${seed}`)
try {
  const { seen, slowest } = fuzz({ seed, runs, clock: cpuMilliseconds })
  console.log(`${JSON.stringify(seen)}, slowest ${slowest.toFixed(2)} ms`)
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
