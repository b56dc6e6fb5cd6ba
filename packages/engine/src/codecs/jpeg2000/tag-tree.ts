/**
 * Tag tree: a quadtree of minima by which packet headers say when code-blocks come in and how many planes they lack.
 * Source: ISO/IEC 15444-1 §B.10.2
 */

interface Level {
  readonly width: number
  readonly values: Uint16Array
  readonly states: Uint16Array
}

export class TagTree {
  readonly #levels: Level[] = []

  constructor(width: number, height: number) {
    let [columns, rows] = [width, height]
    for (;;) {
      const count = columns * rows
      this.#levels.push({ width: columns, values: new Uint16Array(count), states: new Uint16Array(count) })
      if (count <= 1) return
      columns = (columns + 1) >> 1
      rows = (rows + 1) >> 1
    }
  }

  /** Whether the leaf's value is known to be below `threshold` after reading the bits that this asks for. */
  isBelow(x: number, y: number, threshold: number, readBit: () => number): boolean {
    let least = 0
    for (let depth = this.#levels.length - 1; depth >= 0; depth--) {
      const level = this.#levels[depth]
      if (level === undefined) break
      const at = (y >> depth) * level.width + (x >> depth)
      let value = Math.max(level.values[at] ?? 0, least)
      while (value < threshold && level.states[at] === 0) {
        if (readBit() === 1) level.states[at] = 1
        else value++
      }
      level.values[at] = value
      if (level.states[at] === 0) return false
      least = value
    }
    return least < threshold
  }
}
