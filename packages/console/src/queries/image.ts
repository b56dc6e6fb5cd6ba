/** One image, what is seen in it, and changing what is said of it. */
import { FoveaError, type ImageChanges } from '@fovea/client'
import type { PictureFacts } from '@fovea/client/facts'
import type { StoredImage } from '@fovea/client/library'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { libraryKey } from './library.ts'
import { type OpenProject, openProject } from './projects.ts'

const imageKey = (project: string, id: string) => ['image', project, id] as const

/** `undefined` when the project has no such image. */
export function useImage(project: string, id: string): StoredImage | undefined {
  const { data } = useSuspenseQuery({
    queryKey: imageKey(project, id),
    queryFn: async ({ signal }) => {
      try {
        return await openProject(project).library.get(id, { signal })
      } catch (error) {
        if (error instanceof FoveaError && error.status === 404) return null
        throw error
      }
    },
  })
  return data ?? undefined
}

export function useChangeImage(project: string, id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (changes: ImageChanges) => openProject(project).session.images.update(id, changes),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: imageKey(project, id) }),
        queries.invalidateQueries({ queryKey: libraryKey(project) }),
      ]),
  })
}

/** Models look at an image once; what they saw does not change while the page is open. */
export function usePictureFacts(project: string, id: string) {
  return useQuery({
    queryKey: ['facts', project, id],
    queryFn: ({ signal }) => factsWithSightings(openProject(project), id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Subjects and faces, or faces alone where the server has no model for the others. */
async function factsWithSightings(
  { facts }: OpenProject,
  id: string,
  signal: AbortSignal,
): Promise<PictureFacts> {
  try {
    return await facts.of(id, { see: 'subjects', details: 'none', signal })
  } catch (error) {
    if (!isUnavailable(error)) throw error
    return facts.of(id, { see: 'faces', details: 'none', signal })
  }
}

/** The server has no model for it. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof FoveaError && error.status === 501
}
