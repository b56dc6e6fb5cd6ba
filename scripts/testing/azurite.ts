/** Azurite, Microsoft's own Blob Storage emulator, for the tests. It checks signatures. */
import { join } from 'node:path'
import { cachedTool } from './cached-tool.ts'
import { run } from './command.ts'
import { startTestServer, type TestServer } from './test-server.ts'

const version = '3.36.0'
const account = 'devstoreaccount1'
/** Made up: Azurite takes the accounts it is told. */
const accountKey = Buffer.from('a key for tests, as long as such keys are: sixty-four characters').toString(
  'base64',
)

export interface TestAzurite extends Pick<TestServer, 'stop'> {
  /** `http://account:key@127.0.0.1:port`, both percent-encoded. */
  readonly url: string
}

/** @returns a running server, or a sentence that says why there is none */
export async function startAzurite(): Promise<TestAzurite | string> {
  const tool = await cachedTool(`azurite-${version}`, install)
  if ('complaint' in tool) return tool.complaint
  const server = await startTestServer('azurite', ({ port, data }) => ({
    command: process.execPath,
    args: [
      join(tool.folder, 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js'),
      '--silent',
      '--skipApiVersionCheck',
      '--disableTelemetry',
      ...['--blobHost', '127.0.0.1', '--blobPort', String(port), '-l', data],
    ],
    env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${accountKey}` },
  }))
  if (typeof server === 'string') return server
  return {
    url: `http://${account}:${encodeURIComponent(accountKey)}@127.0.0.1:${server.port}`,
    stop: server.stop,
  }
}

async function install(folder: string): Promise<string | undefined> {
  console.log('Installing Azurite for the tests …')
  const made = await run('npm', [
    ...['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder],
    `azurite@${version}`,
  ])
  return made.ok ? undefined : `Azurite could not be installed:\n${made.output.slice(-2_000)}`
}
