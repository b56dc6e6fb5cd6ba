/**
 * Parts of the engine that most images do without: a decoding child is ready sooner and smaller when it loads them at
 * first use. They are listed here so that what fills the compile cache can load them all.
 */
const parts: (() => Promise<unknown>)[] = []

/** Returns a function that loads the part once. Called where a module is read, not where an image is made. */
export function onDemand<Part>(load: () => Promise<Part>): () => Promise<Part> {
  let loaded: Promise<Part> | undefined
  const once = () => (loaded ??= load())
  parts.push(once)
  return once
}

/** Loads every part, and the parts that those have. */
export async function loadAll(): Promise<void> {
  // The list may grow while it is walked.
  for (const load of parts) await load()
}
