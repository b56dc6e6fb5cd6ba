/**
 * Vendors' words for what a cut should keep: things of COCO and their groups, however a vendor writes them
 * (`trafficLight`, `traffic_light`, `trafficlight`).
 */
import { cocoGroups, cocoLabels, type Label } from '../geometry/index.ts'

/** What older detectors call some of them: Cloudinary's SDKs do. */
const otherNames: Readonly<Record<string, Label>> = {
  aeroplane: 'airplane',
  motorbike: 'motorcycle',
  sofa: 'couch',
  tvmonitor: 'tv',
}

const byWord: ReadonlyMap<string, readonly Label[]> = new Map<string, readonly Label[]>([
  ...Object.entries(cocoGroups),
  ...Object.entries(otherNames).map(([word, label]) => [word, [label]] as const),
  ...cocoLabels.map((label) => [plain(label), [label]] as const),
])

/** The things that a word means; `undefined` for what no model here knows. */
export function thingsNamed(word: string): readonly Label[] | undefined {
  return word.length > 40 ? undefined : byWord.get(plain(word))
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[ _-]/g, '')
}
