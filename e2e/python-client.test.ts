/** The Python client's own tests, against a real server. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hasProgram, run } from '../scripts/testing/command.ts'
import { installPackages, mayInstallPackages } from '../scripts/testing/debian.ts'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer

beforeAll(async () => {
  if (!hasProgram('python3') && mayInstallPackages()) await installPackages(['python3'])
  server = await startServer()
})
afterAll(() => server?.stop())

it.skipIf(!hasProgram('python3') && !mayInstallPackages())('does what its tests say', async () => {
  const { firstRun, url } = server
  const env = {
    ...process.env,
    FOVEA_API_URL: url,
    FOVEA_API_KEY: firstRun.apiKey,
    PYTHONDONTWRITEBYTECODE: '1',
  }
  const args = ['-W', 'error', '-m', 'unittest', 'discover', '-v', 'sdks/python/tests']
  const tests = await run('python3', args, { env })
  expect(tests.ok, tests.output).toBe(true)
  expect(tests.output).toMatch(/Ran \d+ tests/)
  expect(tests.output).not.toContain('skipped')
})
