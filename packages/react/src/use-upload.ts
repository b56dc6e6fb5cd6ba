/**
 * Uploads straight from the page to an address that the application's server has asked Fovea for, so that no API key
 * reaches a browser.
 */
'use client'

import { type UploadTarget, uploadTo } from '@fovea/client/upload'
import { useCallback, useEffect, useRef, useState } from 'react'

export interface Upload {
  readonly status: 'idle' | 'uploading' | 'done' | 'failed' | 'aborted'
  /** Share of the bytes that are sent, 0–1. */
  readonly progress: number
  /** Path of the stored picture; when done. */
  readonly key: string | undefined
  readonly error: Error | undefined
  /** Resolves with the key, or with `undefined` when it failed or was aborted: the state says which. */
  upload(file: Blob & { readonly name?: string }): Promise<string | undefined>
  abort(): void
}

type State = Pick<Upload, 'status' | 'progress' | 'key' | 'error'>

const idle: State = { status: 'idle', progress: 0, key: undefined, error: undefined }

/** @param target asks the application's server where a file may go */
export function useUpload(
  target: (file: Blob & { readonly name?: string }) => Promise<UploadTarget>,
): Upload {
  const [state, setState] = useState(idle)
  const running = useRef<AbortController>(undefined)
  const ask = useRef(target)
  useEffect(() => {
    ask.current = target
  })
  useEffect(() => () => running.current?.abort(), [])

  const abort = useCallback(() => running.current?.abort(), [])
  const upload = useCallback(async (file: Blob & { readonly name?: string }) => {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    const { signal } = controller
    const tell = (next: State) => {
      // A later upload has taken over.
      if (running.current === controller) setState(next)
    }
    tell({ ...idle, status: 'uploading' })
    try {
      const target = await ask.current(file)
      const onProgress = (progress: number) => tell({ ...idle, status: 'uploading', progress })
      const { key } = await uploadTo(target, file, { onProgress, signal })
      tell({ status: 'done', progress: 1, key, error: undefined })
      return key
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause))
      tell(signal.aborted ? { ...idle, status: 'aborted' } : { ...idle, status: 'failed', error })
      return undefined
    }
  }, [])
  return { ...state, upload, abort }
}
