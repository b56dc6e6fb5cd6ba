/** The signed-in person and their projects. */
import type { OwnProject, Person } from '@fovea/client/session'
import { useSuspenseQuery } from '@tanstack/react-query'
import { leaveForSignIn, session } from './session.ts'

export function usePerson(): Person | undefined {
  const { data } = useSuspenseQuery({
    queryKey: ['person'],
    queryFn: async ({ signal }) => {
      const person = await session.person({ signal })
      if (person === undefined) leaveForSignIn()
      return person ?? null
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data ?? undefined
}

/** Those that can be worked in; a closed one is in the list until it is deleted. */
export function useProjects(): readonly OwnProject[] {
  const { data } = useSuspenseQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => session.projects({ signal }),
  })
  return data.filter(({ state }) => state !== 'closed')
}

/** Whether the person may change what is in the project: everybody in it but viewers. */
export function useMayChange(project: string): boolean {
  return useProjects().some(({ slug, role }) => slug === project && role !== 'viewer')
}

export async function signOut(): Promise<void> {
  await session.signOut()
  location.assign('/console/sign-in')
}
