export { type Format, formatOfExtension, formats, isFormat, traitsOf } from './formats.ts'
