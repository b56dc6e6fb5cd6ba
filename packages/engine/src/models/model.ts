/**
 * What a neural network of ours is: pinned weights, and a way from a picture to an answer.
 *
 * Models know neither onnxruntime nor sharp: they are handed a session and a view of the picture. So the server and
 * the command line can read their registry without loading either.
 */
import type { FaceLandmarks } from '@fovea/core'
import type { Matte } from '../pool/protocol.ts'

/** Weights ready to run. Inference blocks the thread it runs on: only decoding children have sessions. */
export interface Session {
  /** Names of the outputs, in the file's order. */
  readonly outputs: readonly string[]
  /**
   * @param shape of the only input; its numbers are `data`, row-major
   * @returns the wanted outputs by name, row-major
   */
  run(
    data: Float32Array,
    shape: readonly number[],
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, Float32Array>>>
  close(): Promise<void>
}

/** An upright picture, as models ask for it. RGB, 8 bit, row-major; of an animation the first frame. */
export interface View {
  /** Scaled into a square, at its top left, the rest filled with a grey level 0–255. */
  letterbox(side: number, filling: number): Promise<Letterbox>
  /** As it is, transparent or not: planes of red, green and blue, 0–1. */
  whole(): Planes
  /** Scaled to exactly this size. */
  stretched(width: number, height: number): Promise<Uint8Array>
}

export interface Planes {
  readonly planes: Float32Array
  readonly width: number
  readonly height: number
}

export interface Letterbox {
  readonly rgb: Uint8Array
  readonly side: number
  /** Part of the square's sides that the picture takes, 0–1. */
  readonly width: number
  readonly height: number
}

/** A file of weights. It is read only when its digest is this one. */
export interface Weights {
  /** Name inside a directory of models. */
  readonly file: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
  /** SPDX identifier. */
  readonly licence: string
  /** Whose work it is, and where it comes from. */
  readonly origin: string
  /** A package of npm that carries it; who has npm has the model. */
  readonly npm?: NpmSource
  /** Where `fovea models pull` finds it. */
  readonly url?: string
}

/** A file of a package as it is, or a TensorFlow.js model in it that is converted. */
export type NpmSource =
  | { readonly package: string; readonly file: string; readonly tensorflow?: undefined }
  | {
      readonly package: string
      readonly tensorflow: {
        readonly json: string
        readonly binary: string
        /** Nodes whose values become the outputs, under their names. */
        readonly outputs: readonly string[]
      }
    }

/** A rectangle of a picture, as parts of its sides, 0–1 from the left and the top. Lies inside the picture. */
export interface Region {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface Found extends Region {
  /** 0–1. */
  readonly score: number
}

export interface FoundFace extends Found {
  readonly landmarks: FaceLandmarks
}

export interface FoundSubject extends Found {
  /** A word of COCO. The box is dependable, the word is not. */
  readonly label: string
}

/** What can be asked of a model: a picture of any size goes in. */
export interface ModelTasks {
  readonly faces: readonly FoundFace[]
  readonly subjects: readonly FoundSubject[]
  readonly matte: Matte
  /** Four times as large. */
  readonly upscale: Planes
}

export type Task = keyof ModelTasks

export interface Model<T extends Task = Task> {
  /** Stands in the identity of what is made with it: another model, or another reading of it, is another id. */
  readonly id: string
  readonly task: T
  readonly weights: Weights
  /** Makes an ONNX file of the weights, where they are none. */
  toOnnx?(bytes: Uint8Array): Promise<Uint8Array>
  run(session: Session, picture: View): Promise<ModelTasks[T]>
}
