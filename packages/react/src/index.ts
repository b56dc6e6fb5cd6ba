/** `@fovea/react`: pictures that fit their place, and uploads with progress. */
export type { UploadTarget } from '@fovea/client/upload'
export { Image, type ImageProps, type ImageSource } from './image.tsx'
export { FoveaProvider } from './place.tsx'
export { type Upload, useUpload } from './use-upload.ts'
