/** CPU and memory of a process with all its descendants, read from Linux' /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** Jiffies per second; fixed at 100 on every Linux this runs on (USER_HZ). */
const ticksPerSecond = 100

/** The process and its living descendants, parents first. */
function processTree(root: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = statFields(Number(name))
    if (fields !== undefined) parents.set(Number(name), Number(fields[1]))
  }
  const tree = [root]
  for (let at = 0; at < tree.length; at++) {
    for (const [pid, parent] of parents) if (parent === tree[at]) tree.push(pid)
  }
  return tree
}

/** CPU seconds (user + system) spent so far by the tree, children already reaped included. */
export function cpuSeconds(root: number): number {
  let ticks = 0
  for (const pid of processTree(root)) {
    const fields = statFields(pid)
    if (fields === undefined) continue
    // After "pid (comm)": state is field 0 here; utime, stime, cutime, cstime are 11–14.
    ticks += Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])
  }
  return ticks / ticksPerSecond
}

/** Proportional set size of the whole tree in bytes: shared pages are divided among those who share them. */
export function pssBytes(root: number): number {
  let kib = 0
  for (const pid of processTree(root)) {
    try {
      kib += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      // The process ended between listing and reading.
    }
  }
  return kib * 1024
}

/** Fields of /proc/PID/stat behind the command name, which may itself hold spaces and brackets. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
