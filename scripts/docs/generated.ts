/** Every file that is made from schemas and tables: path from the root of the repository → content. */
import { clientEvents, clientEventsPath } from './client-events.ts'
import { clientOperations, clientOperationsPath } from './client-operations.ts'
import { openApiFile, openApiPath } from './openapi.ts'
import { referencePages } from './pages.ts'

export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const pages = [...referencePages()].map(([path, content]) => [`docs/${path}`, content] as const)
  return new Map([
    ...pages,
    [clientOperationsPath, clientOperations()],
    [clientEventsPath, clientEvents()],
    [openApiPath, await openApiFile()],
  ])
}
