/** `@fovea/react`: pictures that fit their place, and uploads with progress. */
export { Image, type ImageProps, type ImageSource } from './image.tsx'
export { FoveaProvider } from './place.tsx'
export { type Upload, type UploadTarget, useUpload } from './use-upload.ts'
