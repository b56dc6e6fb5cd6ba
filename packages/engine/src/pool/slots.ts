/**
 * A user id of its own for each child, so that one that has been taken over can neither trace nor signal another,
 * and a limit on processes counts its own only.
 *
 * 65520–65533 are the ids that Debian and systemd give to nobody; containers that map 65536 ids know them.
 */
import { spawn } from 'node:child_process'

const firstUid = 65_520
const count = 14

/** Every id a child may get, the shared one of very large crews included. */
export const childUids: readonly number[] = Array.from({ length: count + 1 }, (_, slot) => firstUid + slot)

/** The lowest id that no child holds; the last one, `nobody`, is shared when all are held. */
export function freeUid(held: ReadonlySet<number>): number {
  return childUids.find((uid) => !held.has(uid)) ?? firstUid + count
}

/**
 * Kills what a child that ended badly may have left running under its id: forks that changed their process group.
 * The kernel does it in one sweep, faster than they can fork. The id is free again when this resolves.
 */
export function killLeftovers(uid: number): Promise<void> {
  if (uid < firstUid || uid >= firstUid + count) return Promise.resolve()
  return new Promise((resolve) => {
    const sweep = spawn('/bin/sh', ['-c', 'kill -KILL -1'], {
      uid,
      gid: uid,
      cwd: '/',
      env: {},
      stdio: 'ignore',
    })
    sweep.once('error', () => resolve())
    sweep.once('exit', () => resolve())
  })
}
