/** What the page of the Uppy test loads. */
export { default as Uppy } from '@uppy/core'
export { default as Tus } from '@uppy/tus'
