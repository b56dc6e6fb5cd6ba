/** Which models are here, whole, and under which licences. */
import { findWeights, models, readWeights, tasks, type Weights } from '@fovea/engine/models'
import { hasGraphics } from '@fovea/engine/models/graphics'
import type { Config } from '../config.ts'
import { modelDirectories } from '../model-directories.ts'
import { type Finding, found } from './finding.ts'

/** What people use the task for. */
const purposes = {
  faces: 'finds faces',
  subjects: 'finds people, animals and things',
  matte: 'parts the subject from what is behind it',
  upscale: 'enlarges with drawn details',
} as const

export async function checkModels(config: Config): Promise<readonly Finding[]> {
  const directories = modelDirectories(config)
  const device = hasGraphics()
    ? 'a graphics processor, by CUDA'
    : 'the processor: there is no graphics processor with the CUDA libraries of onnxruntime'
  const findings: Finding[] = [{ name: 'graphics', state: 'well', detail: `Models run on ${device}.` }]
  for (const task of tasks) {
    for (const { id, weights } of models[task]) {
      findings.push(
        await found(`model ${id}`, async () => {
          const about = `${purposes[task]}; ${weights.licence}, ${weights.origin}`
          const path = findWeights(weights, directories)
          if (path === undefined) {
            return { state: 'doubtful', detail: `not here, ${wayTo(weights)}: ${about}` }
          }
          await readWeights(path, weights)
          return { state: 'well', detail: `${path} is whole: ${about}` }
        }),
      )
    }
  }
  return findings
}

function wayTo({ npm, url, file }: Weights): string {
  if (npm !== undefined) return 'fovea models prepare brings it'
  return url === undefined ? `put it there as models/${file}` : 'fovea models pull brings it'
}
