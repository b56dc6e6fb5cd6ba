/** The colours of our pages, as the account pages have them, by day and by night. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** From the light of the accent to its dark; the seventh is the accent itself. */
const ember: MantineColorsTuple = [
  '#fff0ea',
  '#fbdcd0',
  '#f6b8a2',
  '#f19271',
  '#ed7248',
  '#d9532a',
  '#c5461f',
  '#b93f1b',
  '#9c3315',
  '#7f270e',
]

/** From the text on a dark page to the ground of it. */
const dark: MantineColorsTuple = [
  '#f1ead9',
  '#c9cfd8',
  '#a5afbd',
  '#8590a0',
  '#4b5869',
  '#2b3644',
  '#1d2734',
  '#18202b',
  '#10151d',
  '#0b1017',
]

export const theme = createTheme({
  primaryColor: 'ember',
  // White letters are readable on both.
  primaryShade: { light: 7, dark: 6 },
  colors: { dark, ember },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, "Noto Sans Mono", monospace',
  headings: { fontWeight: '650', textWrap: 'balance' },
  respectReducedMotion: true,
})

/** `--paper` lies under everything, `--card` is laid on it. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fffdf8',
    '--mantine-color-text': '#17202e',
    '--mantine-color-dimmed': '#5a6472',
    '--mantine-color-placeholder': '#666f7c',
    '--mantine-color-default-border': '#ddd4c2',
    '--paper': '#f6f1e6',
    '--card': '#fffdf8',
    '--line': '#ddd4c2',
    '--well': '#efe8d8',
    '--focus': '#b93f1b',
    '--bad': '#a1190d',
  },
  dark: {
    '--mantine-color-body': '#18202b',
    '--mantine-color-text': '#f1ead9',
    '--mantine-color-dimmed': '#a5afbd',
    '--mantine-color-placeholder': '#98a3b1',
    '--mantine-color-default-border': '#2b3644',
    '--paper': '#10151d',
    '--card': '#18202b',
    '--line': '#2b3644',
    '--well': '#0b1017',
    '--focus': '#ff8a5c',
    '--bad': '#ff9d8f',
  },
})
