/**
 * The OpenAPI document as a file, for those who make clients without a server at hand: what `/api/openapi.json` of the
 * running API answers, with the address of a local server.
 */
import { startApi } from '../../packages/server/src/http/api/api.test-harness.ts'

export const openApiPath = 'docs/reference/openapi.json'

/** An operation a line, so that a change of one is a change of one line. */
const linedLevels = 3

export async function openApiFile(): Promise<string> {
  const harness = await startApi()
  try {
    const document = (await harness.api.inject({ url: '/api/openapi.json' })).json()
    const told = { ...document, servers: [{ url: 'http://localhost:3000' }] }
    return `${linesOf(told, linedLevels)}\n`
  } finally {
    await harness.close()
  }
}

/** JSON with the members of the first levels on lines of their own. */
function linesOf(value: unknown, levels: number, indent = ''): string {
  if (levels === 0 || typeof value !== 'object' || value === null || Array.isArray(value))
    return JSON.stringify(value)
  const deeper = `${indent}  `
  const members = Object.entries(value).map(
    ([name, member]) => `${deeper}${JSON.stringify(name)}: ${linesOf(member, levels - 1, deeper)}`,
  )
  return `{\n${members.join(',\n')}\n${indent}}`
}
