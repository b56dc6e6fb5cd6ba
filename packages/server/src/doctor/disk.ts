/** Whether the data directory can be written to, how much room is left, and how full the variant cache is. */
import { existsSync } from 'node:fs'
import { mkdtemp, opendir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import { sizeText } from '../observe/size-text.ts'
import { type Finding, found } from './finding.ts'

/** Below this the operator is warned. */
const scarceBytes = 1024 ** 3
/** A cache may hold millions of entries: counting stops here and says so. */
const mostEntries = 200_000

export async function checkDisk(config: Config): Promise<readonly Finding[]> {
  return [await found('disk', () => checkDataDir(config)), await found('cache', () => checkCache(config))]
}

async function checkDataDir({ FOVEA_DATA_DIR: dataDir }: Config): Promise<Omit<Finding, 'name'>> {
  const place = nearestExisting(dataDir)
  const probe = await mkdtemp(join(place, '.fovea-doctor-'))
  try {
    await writeFile(join(probe, 'probe'), 'written by fovea doctor')
  } finally {
    await rm(probe, { recursive: true, force: true })
  }
  const { bavail, bsize } = await statfs(place)
  const free = bavail * bsize
  const room = `${sizeText(free)} free`
  const there =
    place === dataDir ? `${dataDir} can be written to` : `${dataDir} will be made at the first start`
  return { state: free < scarceBytes ? 'doubtful' : 'well', detail: `${there}, ${room}` }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

async function checkCache(config: Config): Promise<Omit<Finding, 'name'>> {
  const directory = join(config.FOVEA_DATA_DIR, 'variants')
  const most = sizeText(config.FOVEA_CACHE_BYTES)
  if (!existsSync(directory)) return { state: 'well', detail: `empty, may grow to ${most}` }
  const { entries, bytes, isWhole } = await measure(directory)
  const count = `${isWhole ? '' : 'more than '}${entries} files`
  const { bavail, bsize } = await statfs(directory)
  const fits = bytes + bavail * bsize >= config.FOVEA_CACHE_BYTES
  return {
    state: fits ? 'well' : 'doubtful',
    detail: `${sizeText(bytes)} in ${count}, may grow to ${most}${fits ? '' : ', which is more than the disk has room for'}`,
  }
}

async function measure(directory: string): Promise<{ entries: number; bytes: number; isWhole: boolean }> {
  let entries = 0
  let bytes = 0
  for await (const entry of await opendir(directory, { recursive: true })) {
    if (!entry.isFile()) continue
    if (entries === mostEntries) return { entries, bytes, isWhole: false }
    entries++
    // a running server may delete it meanwhile
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    )
  }
  return { entries, bytes, isWhole: true }
}
