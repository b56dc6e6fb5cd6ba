/** A real browser for tests: the machine's Chromium, installed first where that is allowed. */
import { spawnSync } from 'node:child_process'
import { type Browser, chromium } from 'playwright-core'
import { hasProgram, isRoot } from './command.ts'
import { installPackages, mayInstallPackages } from './debian.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome'] as const

const installed = () => names.find(hasProgram)

/** Whether there is a Chromium, or there may be one. */
export const mayRunChromium = installed() !== undefined || mayInstallPackages()

/** @throws Error with the words of apt, or of Chromium */
export async function launchChromium(): Promise<Browser> {
  const complaint = installed() === undefined ? await installPackages(['chromium']) : undefined
  const name = installed()
  if (name === undefined) throw new Error(complaint ?? 'there is no Chromium on this machine')
  const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
  // Chromium's own sandbox refuses root; pages of these tests are ours.
  return chromium.launch({ executablePath: stdout.trim(), args: isRoot() ? ['--no-sandbox'] : [] })
}
