export type { Sample } from './markup.ts'
export { type WelcomeOptions, welcomeHeaders, welcomePage } from './page.ts'
