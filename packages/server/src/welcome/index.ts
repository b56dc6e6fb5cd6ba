export { escapeHtml } from './markup.ts'
export { welcomeHeaders } from './page.ts'
export { type WelcomeDependencies, welcomeFor } from './welcome-for.ts'
