export { farthest } from './bands.ts'
export { FactService } from './fact-service.ts'
export { NearImages } from './near-images.ts'
export { pictureDetails, pictureFacts } from './picture-facts.ts'
