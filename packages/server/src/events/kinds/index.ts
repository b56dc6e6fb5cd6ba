/** The registry of events: one line each. */
import type * as z from 'zod'
import { imageDeleted } from './image-deleted.ts'
import { imageUpdated } from './image-updated.ts'
import { imageUploaded } from './image-uploaded.ts'
import { jobCompleted } from './job-completed.ts'
import { jobFailed } from './job-failed.ts'
import { purgeCompleted } from './purge-completed.ts'
import { quotaReached } from './quota-reached.ts'
import { quotaWarning } from './quota-warning.ts'

export const events = [
  imageUploaded,
  imageUpdated,
  imageDeleted,
  jobCompleted,
  jobFailed,
  quotaWarning,
  quotaReached,
  purgeCompleted,
] as const

type Definition = (typeof events)[number]
export type EventType = Definition['type']
export const eventTypes = events.map(({ type }) => type) as readonly EventType[]

/** Something that happened in a project, as it is told. */
export type ProjectEvent = {
  [D in Definition as D['type']]: { readonly type: D['type']; readonly data: Told<z.input<D['data']>> }
}[EventType]

type Told<Data> = {
  readonly [Name in keyof Data]: Data[Name] extends (infer Each)[] ? readonly Each[] : Data[Name]
}
