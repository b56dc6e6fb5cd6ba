/** What one run of the engine is to make, and of which pictures. */
import type { DecodeOptions, MadeKind, Pipeline, TransformId } from '@fovea/core'
import type { Project } from '../projects/project.ts'
import type { FoundSource } from './sources.ts'

/** What a run needs to know of a picture. */
export interface ProducedFrom
  extends Pick<FoundSource, 'projectId' | 'hash' | 'facts' | 'focalPoint' | 'file'>,
    // Of what is stored or comes from an origin; what came with a request has none.
    Partial<Pick<FoundSource, 'id' | 'generation'>> {}

export interface Production {
  readonly project: Pick<Project, 'id' | 'generation'>
  readonly source: ProducedFrom
  /** Pictures beside the source, by the key under which the pipelines name them. */
  readonly pictures: ReadonlyMap<string, ProducedFrom>
  readonly decode: DecodeOptions
  readonly outputs: readonly {
    readonly pipeline: Pipeline
    readonly output: MadeKind
    /** The quality that an earlier search ended with. */
    readonly hint?: number
    readonly transformId: TransformId
  }[]
}
