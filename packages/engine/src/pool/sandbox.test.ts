/** How the sandbox gives way: each machine is a function that says which commands start a child. */
import { describe, expect, it } from 'vitest'
import { chooseSandbox, type SandboxOptions, type TrialResult } from './sandbox.ts'

const all = (tool: string) => `/usr/bin/${tool}`
const options = { isRoot: true, addressBytes: 3 * 2 ** 30, find: all }

/** A machine where a command that contains one of the keys fails with the given words. */
function machine(refusals: Readonly<Record<string, string>>): (command: string) => TrialResult {
  return (command) => {
    for (const [part, reason] of Object.entries(refusals))
      if (command.includes(part)) return { ok: false, reason }
    return { ok: true }
  }
}

async function choose(answer: (command: string) => TrialResult, about: Partial<SandboxOptions> = {}) {
  const tried: string[] = []
  const sandbox = await chooseSandbox({ ...options, ...about }, async (wrap) => {
    tried.push(wrap(65_520).join(' '))
    return answer(wrap(65_520).join(' '))
  })
  return { sandbox, tried, command: sandbox?.wrap(65_520).join(' ') }
}

const full =
  '/usr/bin/unshare -n -- ' +
  '/usr/bin/setpriv --reuid=65520 --regid=65520 --clear-groups --no-new-privs --pdeathsig KILL -- ' +
  '/usr/bin/prlimit --as=3221225472 --nofile=64 --fsize=0 --core=0 --nproc=256 --'

describe('chooseSandbox', () => {
  it('takes everything where everything works, with one start', async () => {
    const { sandbox, tried, command } = await choose(machine({}))
    expect(command).toBe(full)
    expect(tried).toEqual([full])
    expect(sandbox?.hasOwnUser).toBe(true)
    expect(sandbox?.sentence).not.toContain('Not on')
  })

  it('leaves the driver of a graphics processor its addresses and files', async () => {
    const { command, sandbox } = await choose(machine({}), { addressBytes: undefined })
    expect(command).toBe(full.replace('--as=3221225472 --nofile=64', '--nofile=1024'))
    expect(sandbox?.sentence).toContain('at most 1024 open files')
  })

  it('gives each child its own user id', async () => {
    const { sandbox } = await choose(machine({}))
    expect(sandbox?.wrap(65_525).join(' ')).toContain('--reuid=65525 --regid=65525')
  })

  it.each([
    [
      'unshare: unshare failed: Operation not permitted',
      'unshare',
      'the network cut (unshare: unshare failed: Operation not permitted)',
    ],
    [
      'prlimit: failed to set the AS resource limit',
      'prlimit',
      'the address, file and core limits (prlimit: failed to set the AS resource limit)',
    ],
  ])('gives up only what "%s" names', async (words, part, sentence) => {
    const { sandbox, tried, command } = await choose(machine({ [part]: words }))
    expect(tried.length).toBe(2)
    expect(command).not.toContain(part)
    expect(command).toContain('--reuid=65520')
    expect(sandbox?.sentence).toContain(`Not on: ${sentence}.`)
  })

  it.each([
    'it cannot read the data directory',
    "Error: EACCES: permission denied, open '/root/fovea/worker.ts'",
    'prlimit: failed to execute /root/node: Permission denied',
  ])('keeps root, without capabilities, on "%s"', async (words) => {
    const { sandbox, command } = await choose(machine({ reuid: words }))
    expect(command).toContain('--inh-caps=-all --bounding-set=-all --no-new-privs')
    expect(command).toContain('/usr/bin/unshare -n')
    expect(sandbox?.hasOwnUser).toBe(false)
    expect(sandbox?.sentence).toContain('root without capabilities')
    expect(sandbox?.sentence).toContain('Not on: a user of its own')
  })

  it('shares a user where the ids of its own do not exist', async () => {
    const { sandbox, command } = await choose(
      machine({ 'reuid=65520': 'setpriv: setresuid failed: Invalid argument' }),
    )
    expect(command).toContain('--reuid=65534 --regid=65534 --clear-groups')
    expect(sandbox?.hasOwnUser).toBe(false)
    expect(sandbox?.sentence).toContain('a shared user that owns nothing')
    expect(sandbox?.sentence).toContain(
      'Not on: a user of its own (setpriv: setresuid failed: Invalid argument)',
    )
  })

  it('builds up from nothing when the words point at no piece', async () => {
    const { sandbox, command } = await choose(
      machine({ pdeathsig: 'unrecognized option', 'nproc=': 'it ended with SIGKILL' }),
    )
    expect(command).toBe(
      '/usr/bin/unshare -n -- /usr/bin/setpriv --reuid=65520 --regid=65520 --clear-groups --no-new-privs --',
    )
    expect(sandbox?.sentence).toContain('the death signal (unrecognized option)')
  })

  it('runs bare where no tool is installed, and says so', async () => {
    const { sandbox, command } = await choose(machine({}), { find: () => undefined })
    expect(command).toBe('')
    expect(sandbox?.sentence).toMatch(
      /^Decoding processes are not sandboxed\. Not on: .*unshare is not installed/,
    )
  })

  it('asks for no user change without root', async () => {
    const { command, sandbox } = await choose(machine({}), { isRoot: false })
    expect(command).toContain('unshare --map-current-user -n')
    expect(command).not.toMatch(/reuid|nproc/)
    expect(sandbox?.hasOwnUser).toBe(false)
  })

  it('finds nothing when no child starts at all', async () => {
    const { sandbox } = await choose(() => ({ ok: false, reason: 'sharp is missing' }))
    expect(sandbox).toBeUndefined()
  })
})
