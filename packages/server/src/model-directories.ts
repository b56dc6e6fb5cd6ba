/** Where models lie. */
import { join } from 'node:path'
import type { Config } from './config.ts'

/** The operator's own models before those that were prepared. */
export function modelDirectories({
  FOVEA_DATA_DIR,
  FOVEA_MODEL_DIR,
}: Pick<Config, 'FOVEA_DATA_DIR' | 'FOVEA_MODEL_DIR'>): readonly string[] {
  return [...(FOVEA_MODEL_DIR === undefined ? [] : [FOVEA_MODEL_DIR]), join(FOVEA_DATA_DIR, 'models')]
}
