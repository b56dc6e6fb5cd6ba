/**
 * Letters that a mail server has yet to take: each is a file until it has, so that the letters of a process that is
 * killed are sent by the next one. They hold links that let people in; only the server's user can read them.
 */
import { mkdir, readdir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileOnce, isErrno, isOwnerAlive, ownerName, removeUnfinishedFiles } from '../storage/index.ts'
import type { Mail } from './mail.ts'

/** A process of another host cannot be asked whether it lives; it touches its letters more often than that. */
const foreignLeftoverMs = 30 * 60_000

export class UnsentLetters {
  readonly #directory: string

  constructor(outbox: string) {
    this.#directory = unsentDirectory(outbox)
  }

  /** Resolves with the path once a power cut would leave the letter. */
  async keep(mail: Mail): Promise<string> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const path = join(this.#directory, await newName())
    await createFileOnce(path, JSON.stringify(mail), 0o600)
    return path
  }

  /** Says that the letter is being looked after; `false` when it is gone, because nobody is to have it any more. */
  touch(path: string): Promise<boolean> {
    const now = new Date()
    return whereThere(utimes(path, now, now))
  }

  async remove(path: string): Promise<void> {
    await whereThere(unlink(path))
  }

  /**
   * Paths of letters whose process has ended, made this one's: of several that ask at once, each letter goes to one.
   */
  async takeOver(): Promise<readonly string[]> {
    const taken: string[] = []
    for (const name of await namesIn(this.#directory)) {
      const left = join(this.#directory, name)
      if (!(await isLeftBehind(left, name))) continue
      const path = join(this.#directory, await newName())
      if ((await whereThere(rename(left, path))) && (await this.touch(path))) taken.push(path)
    }
    return taken
  }
}

export function unsentDirectory(outbox: string): string {
  return join(outbox, 'unsent')
}

/** @throws SyntaxError when it is none of ours */
export async function readLetter(path: string): Promise<Mail> {
  return JSON.parse(await readFile(path, 'utf8'))
}

/** Complete letters only. */
async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    await removeUnfinishedFiles(directory)
    return (await readdir(directory)).filter((name) => !name.startsWith('.')).sort()
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

async function newName(): Promise<string> {
  const time = new Date().toISOString().replaceAll(':', '-')
  return `${time}-${Math.random().toString(36).slice(2, 8)}.${await ownerName()}.json`
}

async function isLeftBehind(path: string, name: string): Promise<boolean> {
  const isAlive = await isOwnerAlive(name.split('.').at(-2) ?? '')
  if (isAlive !== undefined) return !isAlive
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
  return Date.now() - mtimeMs >= foreignLeftoverMs
}

async function whereThere(work: Promise<void>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    throw error
  }
}
