/**
 * A user id of its own for each child, so that one that has been taken over can neither trace nor signal another,
 * and a limit on processes counts its own only.
 *
 * The ids lie above 1879048191, where systemd's table of ids knows no owner, and differ between servers on one
 * machine. Containers that map 65536 ids do not have them; children then share `nobody`.
 */
import { spawn } from 'node:child_process'

/** `nobody` on Debian, the kernel's overflow id everywhere. */
export const sharedUid = 65_534
const firstUid = 1_879_048_192
const perServer = 32
/** Linux gives no process a larger id. */
const pidRange = 2 ** 22

const ownFirst = firstUid + (process.pid % pidRange) * perServer
/** For all pools of this process together. */
const held = new Set<number>()

/** The lowest id of this server that no child holds; `sharedUid` when all are held. Held until `releaseUid`. */
export function takeUid(): number {
  for (let uid = ownFirst; uid < ownFirst + perServer; uid++) {
    if (held.has(uid)) continue
    held.add(uid)
    return uid
  }
  return sharedUid
}

export function releaseUid(uid: number): void {
  held.delete(uid)
}

/**
 * Kills what a child that ended badly may have left running under its id: forks that changed their process group.
 * The kernel does it in one sweep, faster than they can fork. Does nothing for an id that is not held here.
 */
export function killLeftovers(uid: number): Promise<void> {
  if (!held.has(uid)) return Promise.resolve()
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
