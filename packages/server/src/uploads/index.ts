export { type StagedFile, stage, tooLarge } from './stage.ts'
export { sanitiseFileName } from './target-path.ts'
export { type UploadDetails, type Uploaded, UploadService } from './upload-service.ts'
