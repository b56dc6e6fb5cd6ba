export { type CocoLabel, cocoGroups, cocoLabels, isAnimal } from './coco.ts'
export { parseColor, type Rgba, readColor, toRgba } from './color.ts'
export {
  type Bounds,
  type Fit,
  type FitOptions,
  type FittedSizes,
  fitSizes,
  fits,
  largestOfAspect,
  scaleSide,
  type TargetBox,
} from './fit.ts'
export {
  cutOffset,
  type FocalPoint,
  type Gravity,
  gravities,
  isSighting,
  isStrategy,
  type Label,
  labels,
  type Offset,
  type Place,
  type Position,
  placeOffset,
  type Sighting,
  type Strategy,
  sightings,
  strategies,
} from './gravity.ts'
export { type Orientation, orientationOf, orientedSize, storedPoint, turnedSize } from './orientation.ts'
export { type Placement, placeFlipped, placeFlopped, placeTurned, wholePlacement } from './placement.ts'
export { type Box, ceilDiv, contains, roundSide, type Size, sameSize } from './size.ts'
export {
  cutSubjects,
  flipSubjects,
  flopSubjects,
  type Region,
  type Subject,
  type SubjectKind,
  subjectKinds,
  turnSubjects,
} from './subject.ts'
export { foldAngle, rotatedSize } from './turn.ts'
