/**
 * Which process made a temporary file, written into the file's name, so that the next start can tell what a killed
 * process left from what a living neighbour is still writing.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { isErrno } from './errno.ts'

/** `host-pid-start`: a pid used again has another start time. */
export async function ownerName(): Promise<string> {
  return `${hostTag()}-${process.pid}-${(await startTime(process.pid)) ?? '0'}`
}

/** Whether the process of that name still runs; `undefined` when it belongs to another host and cannot be asked. */
export async function isOwnerAlive(owner: string): Promise<boolean | undefined> {
  const [host, pid = '', started] = owner.split('-')
  if (host !== hostTag() || !/^\d+$/.test(pid)) return undefined
  const running = await startTime(Number(pid))
  return running !== undefined && running === started
}

function hostTag(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
}

/** When a process started, in the kernel's own unit; `undefined` when it has ended or never was. */
async function startTime(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    // Fields 3 and 22, counted behind the command name, which may hold spaces and parentheses (proc(5)).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    // What was killed stays in the list until its parent looks.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    if (process.platform === 'linux') return undefined
    return processExists(pid) ? '0' : undefined
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isErrno(error, 'EPERM')
  }
}
