/** What we use of the package, which has no types of its own. */
declare module 'linebreak' {
  // biome-ignore lint/style/noDefaultExport: it is theirs
  export default class LineBreaker {
    constructor(text: string)
    nextBreak(): { readonly position: number; readonly required: boolean } | null
  }
}
