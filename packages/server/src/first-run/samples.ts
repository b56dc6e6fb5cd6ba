/** The pictures a new installation shows: whatever images lie in the package's samples folder. */
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { formatOfExtension, splitExtension, traitsOf } from '@fovea/core'
import type { Project } from '../projects/index.ts'
import type { UploadService } from '../uploads/index.ts'

const folder = fileURLToPath(new URL('../../assets/samples/', import.meta.url))

/** Uploads the samples and returns their paths. Those that are there already stay as they are. */
export async function uploadSamples(uploads: UploadService, project: Project): Promise<readonly string[]> {
  const paths: string[] = []
  for (const fileName of (await readdir(folder)).filter(isPicture).sort()) {
    const staged = await uploads.receive(createReadStream(folder + fileName))
    const { path } = await uploads.store(project, staged, {
      fileName,
      targetPath: undefined,
      visibility: undefined,
    })
    paths.push(path)
  }
  return paths
}

function isPicture(fileName: string): boolean {
  const format = formatOfExtension(splitExtension(fileName).extension)
  return format !== undefined && traitsOf(format).decode
}
