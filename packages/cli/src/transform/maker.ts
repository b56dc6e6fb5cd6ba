/** Who makes the pictures of `fovea transform`. */
import type { Format } from '@fovea/core'

export interface Maker {
  /** @throws Problem, FoveaError for a picture that cannot be made; what the signal says when it fires */
  make(source: SourceFile, signal: AbortSignal): Promise<MadeFile>
  /** Once, behind the last picture. */
  close(): Promise<void>
}

export interface SourceFile {
  /** As the user would write it. */
  readonly path: string
  readonly bytes: Uint8Array
}

export interface MadeFile {
  readonly bytes: Uint8Array
  readonly format: Format
  readonly width: number | undefined
  readonly height: number | undefined
  /** Of the source, where it was looked at here. */
  readonly sourceWidth?: number
  readonly sourceHeight?: number
}
