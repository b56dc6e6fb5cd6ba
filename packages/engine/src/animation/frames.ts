/** The frames of an animation in runs: decoded here where we can, else by libvips, which begins anew for each run. */
import { readFile } from 'node:fs/promises'
import type { Raster, SourceImage } from '../image.ts'
import { gifFrames, gifOfFrames } from './gif-frames.ts'

export interface RunOfFrames {
  readonly part: SourceImage | Raster
  /** Milliseconds of each frame. */
  readonly delays: readonly number[]
}

/** Runs of up to `count` frames, in order. */
export async function* partsOf(source: SourceImage, count: number): AsyncGenerator<RunOfFrames, void> {
  let first = 0
  if (source.codec.format === 'gif') {
    for await (const roll of gifRolls(source, count)) {
      yield { part: roll, delays: roll.source.animation?.delay ?? [] }
      first += roll.pages
    }
  }
  // What our decoder finds damaged, libvips judges.
  for (; first < source.facts.pages; first += count) {
    const part = windowOf(source, first, Math.min(count, source.facts.pages - first))
    yield { part, delays: part.animation?.delay ?? [] }
  }
}

/** A source of these frames alone. */
function windowOf(source: SourceImage, first: number, pages: number): SourceImage {
  const { animation, facts } = source
  return {
    ...source,
    firstFrame: first,
    facts: { ...facts, pages },
    animation: animation && { ...animation, delay: animation.delay.slice(first, first + pages) },
  }
}

async function* gifRolls(source: SourceImage, count: number): AsyncGenerator<Raster, void> {
  const { input, facts } = source
  const gif = gifOfFrames(typeof input === 'string' ? await readFile(input) : input, facts)
  if (gif === undefined) return
  const { width, height } = facts
  const channels = facts.hasAlpha ? 4 : 3
  const frames = gifFrames(gif)
  // One for all parts: a part is done with before the next is asked for.
  const roll = new Uint8Array(width * height * channels * count)
  for (let first = 0; first < facts.pages; first += count) {
    const pages = Math.min(count, facts.pages - first)
    const data = roll.subarray(0, width * height * channels * pages)
    try {
      for (let page = 0; page < pages; page++) {
        copyChannels(
          frames.next().value ?? new Uint8Array(),
          data,
          page * width * height * channels,
          channels,
        )
      }
    } catch (error) {
      if (error instanceof RangeError) return
      throw error
    }
    const part = { ...windowOf(source, first, pages) }
    yield { kind: 'raster', data, width, height, channels, pages, source: part }
  }
}

/** RGBA pixels into a roll that may have no alpha. */
function copyChannels(rgba: Uint8Array, roll: Uint8Array, start: number, channels: 3 | 4): void {
  if (channels === 4) {
    roll.set(rgba, start)
    return
  }
  for (let from = 0, to = start; from < rgba.length; from += 4, to += 3) {
    roll[to] = rgba[from] ?? 0
    roll[to + 1] = rgba[from + 1] ?? 0
    roll[to + 2] = rgba[from + 2] ?? 0
  }
}
