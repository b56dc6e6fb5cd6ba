/**
 * Files on their way into the library: a few at a time, each with its progress. A name that is taken is not written over
 * before somebody has said so.
 */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { joined } from '../format/path.ts'
import { inWords } from '../queries/in-words.ts'
import { libraryKey } from '../queries/library.ts'
import { openProject } from '../queries/projects.ts'

export interface Upload {
  readonly key: number
  readonly file: File
  /** Where it goes. */
  readonly path: string
  readonly state: 'waiting' | 'sending' | 'done' | 'taken' | 'failed'
  /** How much has left, 0–1. */
  readonly share: number
  /** Why it failed. */
  readonly reason?: string
}

const atOnce = 3

/** Uploads of this page, and the line they stand in. */
export function useUploads(project: string) {
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const queries = useQueryClient()
  const line = useRef<(() => Promise<void>)[]>([])
  const running = useRef(0)
  const lastKey = useRef(0)

  const change = (key: number, changes: Partial<Upload>) =>
    setUploads((all) => all.map((each) => (each.key === key ? { ...each, ...changes } : each)))

  const work = async () => {
    if (running.current >= atOnce) return
    running.current += 1
    for (let next = line.current.shift(); next !== undefined; next = line.current.shift()) await next()
    running.current -= 1
  }

  const queue = (upload: Upload, mayReplace: boolean) => {
    line.current.push(() =>
      send(project, upload, { mayReplace, onChange: (changes) => change(upload.key, changes) }).then(
        async () => {
          await queries.invalidateQueries({ queryKey: libraryKey(project) })
        },
      ),
    )
    void work()
  }

  return {
    uploads,
    add(files: readonly File[], folder: string) {
      const added = files.map((file): Upload => {
        lastKey.current += 1
        return { key: lastKey.current, file, path: joined(folder, file.name), state: 'waiting', share: 0 }
      })
      setUploads((all) => [...all, ...added])
      for (const upload of added) queue(upload, false)
    },
    replace(upload: Upload) {
      change(upload.key, { state: 'waiting', share: 0 })
      queue(upload, true)
    },
    dismiss(upload: Upload) {
      setUploads((all) => all.filter(({ key }) => key !== upload.key))
    },
  }
}

interface Sending {
  readonly mayReplace: boolean
  onChange(changes: Partial<Upload>): void
}

async function send(
  project: string,
  { file, path }: Upload,
  { mayReplace, onChange }: Sending,
): Promise<void> {
  const { images } = openProject(project).session
  try {
    onChange({ state: 'sending' })
    if (!mayReplace && (await isTaken(project, path))) return onChange({ state: 'taken' })
    await images.upload(file, path, { onProgress: (share) => onChange({ share }) })
    onChange({ state: 'done', share: 1 })
  } catch (error) {
    onChange({ state: 'failed', reason: inWords(error) })
  }
}

async function isTaken(project: string, path: string): Promise<boolean> {
  const wanted = path.normalize('NFC')
  const { images } = await openProject(project).session.images.list({ prefix: wanted, limit: 1 })
  return images.some(({ key }) => key === wanted)
}
