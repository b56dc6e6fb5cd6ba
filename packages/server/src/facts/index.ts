export { FactService } from './fact-service.ts'
export { pictureDetails, pictureFacts } from './picture-facts.ts'
