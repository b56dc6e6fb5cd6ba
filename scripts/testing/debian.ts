/** Installs Debian packages that tests need, when this process may. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { hasProgram, isRoot, run } from './command.ts'

const policyFile = '/usr/sbin/policy-rc.d'

export function mayInstallPackages(): boolean {
  return isRoot() && hasProgram('apt-get')
}

/**
 * Installs packages without starting their services: `policy-rc.d` forbids that for the time of the installation.
 * @returns what apt printed when it failed, `undefined` when all is well
 */
export async function installPackages(names: readonly string[]): Promise<string | undefined> {
  const ownPolicy = !existsSync(policyFile)
  if (ownPolicy) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    // another apt may hold the lock: wait for it instead of failing at once
    const apt = ['-q', '-o', 'DPkg::Lock::Timeout=900', '-o', 'Acquire::Retries=3']
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const update = await run('apt-get', [...apt, 'update'], { env })
    const install = await run('apt-get', [...apt, 'install', '-y', '--no-install-recommends', ...names], {
      env,
    })
    return install.ok ? undefined : `${update.ok ? '' : update.output}${install.output}`
  } finally {
    if (ownPolicy) rmSync(policyFile, { force: true })
  }
}
