/** What the exit codes of `fovea` mean, so that scripts can tell a wrong flag from a broken picture. */
export const exitCode = Object.freeze({
  ok: 0,
  /** It ran, and something is wrong: a file failed, a check failed. */
  failed: 1,
  /** It did not run: the command line is wrong. */
  usage: 2,
  /** 128 + SIGINT, as shells report it. */
  interrupted: 130,
})

/** Somebody pressed Ctrl-C where they were asked for something: there is nothing to explain. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** A mistake on the command line. The message names the flag, the rule and the value, and is shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
