/** Steps that look at one channel of one pixel: tabulated once, then a look-up for each sample. */
import { curve, type FourChannels, type Step } from '@fovea/core/model'
import { fullOf, type Pixels, type Samples, samples, withChannels } from './pixels.ts'

type Table = Samples

/** `value × gain + offset` (on a scale of 0–255) for each channel. */
export function linear(pixels: Pixels, { gain, offset }: Extract<Step, { step: 'linear' }>): Pixels {
  const ready = withChannels(pixels, channelsFor(pixels, gain, offset))
  const full = fullOf(ready.data)
  const known = new Map<string, Table>()
  const tables = ([0, 1, 2, 3] as const).map((channel) => {
    // Channels that are treated alike share a table, and then a walk.
    const key = `${gain[channel]} ${offset[channel]}`
    const table =
      known.get(key) ?? tableOf(ready.data, (value) => value * gain[channel] + (offset[channel] * full) / 255)
    known.set(key, table)
    return table
  })
  return lookUp(ready, tables)
}

/** One curve for the colours; alpha stays. */
export function toneCurve(pixels: Pixels, { shape, amount }: Extract<Step, { step: 'curve' }>): Pixels {
  const formula = curve(shape, amount)
  const full = fullOf(pixels.data)
  const table = tableOf(pixels.data, (value) => formula(value / full) * full)
  return lookUp(pixels, [table, table, table, undefined])
}

/** Every possible value of a sample, mapped, rounded half up and clamped. */
export function tableOf(like: Samples, map: (value: number) => number): Table {
  const full = fullOf(like)
  const table = samples(like, full + 1)
  for (let value = 0; value <= full; value++) {
    table[value] = Math.min(full, Math.max(0, Math.floor(map(value) + 0.5)))
  }
  return table
}

/** Grey stays one channel as long as its three colours would stay equal. */
function channelsFor({ channels }: Pixels, gain: FourChannels, offset: FourChannels): 3 | 4 {
  if (gain[3] !== 1 || offset[3] !== 0) return 4
  const isAlike = [gain, offset].every(([r, g, b]) => r === g && g === b)
  return channels === 1 && isAlike ? (1 as never) : 3
}

export function lookUp(pixels: Pixels, tables: readonly (Table | undefined)[]): Pixels {
  const { data, channels } = pixels
  const made = samples(data, data.length)
  const [first] = tables
  if (first !== undefined && channels < 4 && tables.slice(0, channels).every((table) => table === first)) {
    // One walk for all samples, the usual case: half of the time of a walk for each channel.
    for (let at = 0; at < data.length; at++) made[at] = first[data[at] ?? 0] ?? 0
    return { ...pixels, data: made }
  }
  for (let channel = 0; channel < channels; channel++) {
    const table = tables[channel]
    for (let at = channel; at < data.length; at += channels) {
      const value = data[at] ?? 0
      made[at] = table === undefined ? value : (table[value] ?? 0)
    }
  }
  return { ...pixels, data: made }
}
