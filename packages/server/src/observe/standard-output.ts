/**
 * Lines to standard output, in order and at once. A log that cannot be kept must not stop the server: a line for which
 * the disk has no room, or whose reader is gone, is lost, and the next ones come when there is room again.
 */
import { writeSync } from 'node:fs'

/** A reader that is slow is waited for so long, once, ms; then lines are lost until it reads again. */
const patienceMs = 1_000
const pauseMs = 10

export class StandardOutput {
  readonly #fd: number
  /** The end of a line that was begun. */
  #rest: Uint8Array = new Uint8Array()
  #isStuck = false

  constructor(fd = 1) {
    this.#fd = fd
  }

  /** Never throws. */
  write(line: string): void {
    const before = this.#rest.length
    const own = Buffer.from(line)
    const bytes = before === 0 ? own : Buffer.concat([this.#rest, own])
    const written = this.#writeWhatFits(bytes)
    // A line of which nothing was written is dropped; one that was begun is ended first next time.
    if (written === before) this.#rest = new Uint8Array()
    else this.#rest = written < before ? bytes.subarray(written, before) : bytes.subarray(written)
  }

  /** @returns how many bytes were taken */
  #writeWhatFits(bytes: Uint8Array): number {
    const deadline = Date.now() + (this.#isStuck ? 0 : patienceMs)
    let at = 0
    while (at < bytes.length) {
      try {
        at += writeSync(this.#fd, bytes, at)
        this.#isStuck = false
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) break
        this.#isStuck = Date.now() >= deadline
        if (this.#isStuck) break
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
      }
    }
    return at
  }
}

/** Of this process: one, so that lines of several writers stay whole. */
export const standardOutput = new StandardOutput()
