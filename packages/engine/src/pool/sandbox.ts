/**
 * What stands between a decoder and the machine, built from util-linux tools and proved by starting real children.
 *
 * Containers forbid some of it, a private home hides the checkout from another user, old tools lack options. So
 * the full set is tried first; when no child starts, pieces are given up one by one, and the sentence says why.
 */
import { accessSync, constants } from 'node:fs'
import { sharedUid } from './slots.ts'

/** Starts a child behind `wrap` and tells whether it became ready and could read what it must. */
export type Trial = (wrap: Wrap) => Promise<TrialResult>
export type TrialResult = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Command words before the path of node, for a child that gets this user id. */
export type Wrap = (uid: number) => readonly string[]

export interface Sandbox {
  readonly wrap: Wrap
  /** Each child has the user id it was given. */
  readonly hasOwnUser: boolean
  /** What is on, what is not and why. */
  readonly sentence: string
}

export interface SandboxOptions {
  readonly isRoot: boolean
  /** `undefined`: as many as there are, with files to match, for the driver of a graphics processor. */
  readonly addressBytes: number | undefined
  /** Finds a tool's absolute path. */
  readonly find?: (tool: string) => string | undefined
}

type Tool = 'unshare' | 'setpriv' | 'prlimit'

interface Variant {
  readonly tool: Tool
  readonly args: readonly string[]
  /** Completes "Decoding processes: …". */
  readonly sentence: string
  /** Files of the server's user may be closed to it. */
  readonly isOther?: true
}

interface Piece {
  readonly name: 'network' | 'identity' | 'privileges' | 'parent' | 'limits'
  /** Completes "Not on: …". */
  readonly missing: string
  /** Best first. */
  readonly variants: readonly Variant[]
}

interface Choice {
  readonly piece: Piece
  level: number
  reason: string
}

const tools: readonly Tool[] = ['unshare', 'setpriv', 'prlimit']
const uidMark = '{uid}'
const unreadable = /cannot read|EACCES|failed to execute/

/** Finds the strongest wrapping behind which a child starts; `undefined` when none starts even bare. */
export async function chooseSandbox(options: SandboxOptions, trial: Trial): Promise<Sandbox | undefined> {
  const find = options.find ?? findTool
  const paths = new Map(tools.map((tool) => [tool, find(tool)]))
  const choices = pieces(options).map((piece) => installed(piece, paths))
  const wrapNow = (): Wrap => {
    const words = compose(choices, paths)
    return (uid) => words.map((word) => word.replace(uidMark, String(uid)))
  }

  let result = await trial(wrapNow())
  while (!result.ok) {
    const guilty = blame(choices, result.reason)
    if (guilty === undefined) break
    giveUp(guilty, result.reason)
    result = await trial(wrapNow())
  }
  if (!result.ok && !(await rebuild(choices, wrapNow, trial))) return undefined
  const identity = choices.find(({ piece }) => piece.name === 'identity')
  return {
    wrap: wrapNow(),
    hasOwnUser: identity?.level === 0 && identity.piece.variants.length > 0,
    sentence: describe(choices),
  }
}

function pieces({ isRoot, addressBytes }: SandboxOptions): readonly Piece[] {
  const files = addressBytes === undefined ? 1_024 : 64
  const addresses =
    addressBytes === undefined ? '' : `${Math.round(addressBytes / 2 ** 20)} MiB of addresses, `
  const identity: Variant[] = [
    {
      tool: 'setpriv',
      args: [`--reuid=${uidMark}`, `--regid=${uidMark}`, '--clear-groups'],
      sentence: 'a user of its own that owns nothing',
      isOther: true,
    },
    {
      tool: 'setpriv',
      args: [`--reuid=${sharedUid}`, `--regid=${sharedUid}`, '--clear-groups'],
      sentence: 'a shared user that owns nothing',
      isOther: true,
    },
    {
      tool: 'setpriv',
      args: ['--inh-caps=-all', '--bounding-set=-all'],
      sentence: 'root without capabilities',
    },
  ]
  return [
    {
      name: 'network',
      missing: 'the network cut',
      variants: [
        { tool: 'unshare', args: isRoot ? ['-n'] : ['--map-current-user', '-n'], sentence: 'no network' },
      ],
    },
    ...(isRoot ? [{ name: 'identity', missing: 'a user of its own', variants: identity } as const] : []),
    {
      name: 'privileges',
      missing: 'the ban on new privileges',
      variants: [{ tool: 'setpriv', args: ['--no-new-privs'], sentence: 'no new privileges' }],
    },
    {
      name: 'parent',
      missing: 'the death signal',
      variants: [{ tool: 'setpriv', args: ['--pdeathsig', 'KILL'], sentence: 'killed when the server dies' }],
    },
    {
      name: 'limits',
      missing: 'the address, file and core limits',
      variants: [
        {
          tool: 'prlimit',
          // Processes are counted per user, so their limit makes sense only where each child has its own.
          args: [
            ...(addressBytes === undefined ? [] : [`--as=${addressBytes}`]),
            `--nofile=${files}`,
            '--fsize=0',
            '--core=0',
            ...(isRoot ? ['--nproc=256'] : []),
          ],
          sentence: `at most ${addresses}${files} open files${isRoot ? ', 256 processes' : ''}, no files written, no core dumps`,
        },
      ],
    },
  ]
}

function installed(piece: Piece, paths: ReadonlyMap<Tool, string | undefined>): Choice {
  const variants = piece.variants.filter((variant) => paths.get(variant.tool) !== undefined)
  const absent = piece.variants.find((variant) => paths.get(variant.tool) === undefined)
  return {
    piece: { ...piece, variants },
    level: 0,
    reason: absent === undefined ? '' : `${absent.tool} is not installed`,
  }
}

function compose(
  choices: readonly Choice[],
  paths: ReadonlyMap<Tool, string | undefined>,
): readonly string[] {
  return tools.flatMap((tool) => {
    const args = choices.flatMap((choice) => {
      const variant = choice.piece.variants[choice.level]
      return variant?.tool === tool ? variant.args : []
    })
    const path = paths.get(tool)
    return args.length === 0 || path === undefined ? [] : [path, ...args, '--']
  })
}

/** The piece that the words of a failed start point at, if it is still on. */
function blame(choices: readonly Choice[], reason: string): Choice | undefined {
  const on = (name: Piece['name']) =>
    choices.find(({ piece, level }) => piece.name === name && level < piece.variants.length)
  if (unreadable.test(reason) || /setres[ug]id/.test(reason)) return on('identity')
  if (/unshare: /.test(reason)) return on('network')
  if (/prlimit: /.test(reason)) return on('limits')
  return undefined
}

function giveUp(choice: Choice, reason: string): void {
  choice.level++
  // What one other user may not read, another may not either.
  while (unreadable.test(reason) && choice.piece.variants[choice.level]?.isOther) choice.level++
  choice.reason = reason.split('\n', 1)[0]?.slice(0, 200) ?? ''
}

/** Nothing pointed at one piece: starts from none and adds each that lets a child start. */
async function rebuild(choices: readonly Choice[], wrapNow: () => Wrap, trial: Trial): Promise<boolean> {
  for (const choice of choices) choice.level = choice.piece.variants.length
  if (!(await trial(wrapNow())).ok) return false
  for (const choice of choices) {
    for (let level = 0; level < choice.piece.variants.length; level++) {
      choice.level = level
      const result = await trial(wrapNow())
      if (result.ok) break
      giveUp(choice, result.reason)
    }
  }
  return true
}

function describe(choices: readonly Choice[]): string {
  const on = choices.flatMap(({ piece, level }) => piece.variants[level]?.sentence ?? [])
  const off = choices
    .filter(({ piece, level, reason }) => piece.variants[level] === undefined || (level > 0 && reason !== ''))
    .map(({ piece, reason }) => `${piece.missing} (${reason})`)
  const first =
    on.length === 0 ? 'Decoding processes are not sandboxed.' : `Decoding processes: ${on.join(', ')}.`
  return off.length === 0 ? first : `${first} Not on: ${off.join('; ')}.`
}

function findTool(tool: string): string | undefined {
  for (const directory of ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']) {
    try {
      accessSync(`${directory}/${tool}`, constants.X_OK)
      return `${directory}/${tool}`
    } catch {
      // Next directory.
    }
  }
  return undefined
}
