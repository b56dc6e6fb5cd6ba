/** Which models are here, whole, and under which licences. */
import { findWeights, models, readWeights, tasks } from '@fovea/engine/models'
import type { Config } from '../config.ts'
import { modelDirectories } from '../model-directories.ts'
import { type Finding, found } from './finding.ts'

/** What people use the task for. */
const purposes = {
  faces: 'finds faces',
  subjects: 'finds people, animals and things',
  matte: 'parts the subject from what is behind it',
} as const

export async function checkModels(config: Config): Promise<readonly Finding[]> {
  const directories = modelDirectories(config)
  const findings: Finding[] = []
  for (const task of tasks) {
    for (const { id, weights } of models[task]) {
      findings.push(
        await found(`model ${id}`, async () => {
          const about = `${purposes[task]}; ${weights.licence}, ${weights.origin}`
          const path = findWeights(weights, directories)
          if (path === undefined) {
            const command = weights.npm === undefined ? 'fovea models pull' : 'fovea models prepare'
            return { state: 'doubtful', detail: `not here, ${command} brings it: ${about}` }
          }
          await readWeights(path, weights)
          return { state: 'well', detail: `${path} is whole: ${about}` }
        }),
      )
    }
  }
  return findings
}
