/** Folders of images, and what a search finds. */
import type { FoundImages, LibraryFolder, LibraryImage } from '@fovea/client/library'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { openProject } from './projects.ts'

/** Of a page of the list: what the API gives at most. */
const pageSize = 100
/** Matches of a search that are shown. */
const mostFound = 100

export interface Folder {
  readonly images: readonly LibraryImage[]
  readonly folders: readonly LibraryFolder[]
  /** Images directly in it, those included that are not loaded yet. */
  readonly total: number
  loadMore(): void
}

/** Begins all keys of a project's lists, so that a change makes them all stale. */
export const libraryKey = (project: string) => ['library', project] as const

export function useFolder(project: string, folder: string) {
  const query = useInfiniteQuery({
    queryKey: [...libraryKey(project), 'folder', folder],
    queryFn: ({ pageParam, signal }) =>
      openProject(project).library.list({ folder, limit: pageSize, cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query
  const isReady = hasNextPage && !isFetchingNextPage
  const first = data?.pages[0]
  const loaded: Folder | undefined = first && {
    images: data.pages.flatMap(({ images }) => images),
    folders: first.folders,
    total: first.total,
    loadMore: () => {
      // What has failed is asked again by people, not by every movement of the page.
      if (isReady && error === null) void fetchNextPage()
    },
  }
  const again = () => (loaded === undefined ? refetch() : fetchNextPage())
  return { folder: loaded, error, again }
}

/** @param text nothing is asked while it is empty */
export function useFound(project: string, text: string) {
  return useQuery<FoundImages>({
    queryKey: [...libraryKey(project), 'found', text],
    queryFn: ({ signal }) => openProject(project).library.search(text, { limit: mostFound, signal }),
    enabled: text !== '',
    // While somebody types on, what was found stays.
    placeholderData: keepPreviousData,
  })
}
