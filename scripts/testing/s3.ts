/**
 * A real S3 server for the tests: versitygw over a folder, with signatures checked. Built from its source by Go, which
 * brings its own newer self where the machine's is older.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { cachedTool } from './cached-tool.ts'
import { hasProgram, run } from './command.ts'
import { installPackages, mayInstallPackages } from './debian.ts'
import { startTestServer, type TestServer } from './test-server.ts'

const version = 'v1.8.0'
const source = `github.com/versity/versitygw/cmd/versitygw@${version}`
const accessKey = 'fovea-test'
const secretKey = 'fovea-test-secret'

export interface TestS3 extends Pick<TestServer, 'stop'> {
  /** With the keys as user name and password. */
  readonly url: string
}

/** @returns a running server, or a sentence that says why there is none */
export async function startS3(): Promise<TestS3 | string> {
  const tool = await cachedTool(`versitygw-${version}`, build)
  if ('complaint' in tool) return tool.complaint
  const server = await startTestServer('versitygw', ({ port, data }) => {
    const buckets = join(data, 'buckets')
    mkdirSync(buckets)
    return {
      command: join(tool.folder, 'versitygw'),
      args: ['--port', `127.0.0.1:${port}`, '--access', accessKey, '--secret', secretKey, 'posix', buckets],
    }
  })
  if (typeof server === 'string') return server
  return { url: `http://${accessKey}:${secretKey}@127.0.0.1:${server.port}`, stop: server.stop }
}

async function build(folder: string): Promise<string | undefined> {
  if (!hasProgram('go') && mayInstallPackages()) {
    const complaint = await installPackages(['golang-go'])
    if (complaint !== undefined) return `apt-get could not install Go:\n${complaint}`
  }
  if (!hasProgram('go')) {
    return 'The S3 tests build a server with Go, which is not installed; or set FOVEA_TEST_S3_URL to http://key:secret@host.'
  }
  console.log('Building an S3 server for the tests …')
  const env = { ...process.env, GOBIN: folder, GOFLAGS: '-modcacherw', GOTOOLCHAIN: 'auto' }
  const built = await run('go', ['install', source], { env })
  return built.ok ? undefined : `versitygw could not be built:\n${built.output.slice(-2_000)}`
}
