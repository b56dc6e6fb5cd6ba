/** A started role. */
export interface Running {
  stop(): Promise<void>
}
