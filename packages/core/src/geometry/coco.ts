/**
 * The 80 things of the COCO detection challenge, in its groups and in the order in which detectors number them.
 *
 * Source: the categories of the challenge's annotations, 2014 to 2017.
 */
export const cocoGroups = {
  person: ['person'],
  vehicle: ['bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat'],
  outdoor: ['traffic light', 'fire hydrant', 'stop sign', 'parking meter', 'bench'],
  animal: ['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'],
  accessory: ['backpack', 'umbrella', 'handbag', 'tie', 'suitcase'],
  sports: [
    ...(['frisbee', 'skis', 'snowboard', 'sports ball', 'kite', 'baseball bat', 'baseball glove'] as const),
    ...(['skateboard', 'surfboard', 'tennis racket'] as const),
  ],
  kitchen: ['bottle', 'wine glass', 'cup', 'fork', 'knife', 'spoon', 'bowl'],
  food: [
    ...(['banana', 'apple', 'sandwich', 'orange', 'broccoli', 'carrot', 'hot dog'] as const),
    ...(['pizza', 'donut', 'cake'] as const),
  ],
  furniture: ['chair', 'couch', 'potted plant', 'bed', 'dining table', 'toilet'],
  electronic: ['tv', 'laptop', 'mouse', 'remote', 'keyboard', 'cell phone'],
  appliance: ['microwave', 'oven', 'toaster', 'sink', 'refrigerator'],
  indoor: ['book', 'clock', 'vase', 'scissors', 'teddy bear', 'hair drier', 'toothbrush'],
} as const

export type CocoLabel = (typeof cocoGroups)[keyof typeof cocoGroups][number]

export const cocoLabels: readonly CocoLabel[] = Object.values(cocoGroups).flat()

const animals: ReadonlySet<string> = new Set(cocoGroups.animal)

export function isAnimal(label: string): boolean {
  return animals.has(label)
}
