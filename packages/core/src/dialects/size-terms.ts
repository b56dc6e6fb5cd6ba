/** What the resizing of one step depends on beside its own parameters. */

/** What is behind an image that is padded. */
export interface Backdrop {
  readonly background?: string
  readonly fill?: 'blur'
  readonly fillBlur?: number
}

export interface SizeTerms {
  readonly dpr: number
  /** The width the client said it needs, for an `auto` width. */
  readonly autoWidth: number | undefined
  /** Whether the picture still has the size it is stored in. */
  readonly isInitial: boolean
  readonly backdrop: Backdrop
}
