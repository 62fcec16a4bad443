import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

const teal: MantineColorsTuple = [
  '#eff8f8',
  '#dbeeee',
  '#b5dddd',
  '#8ac9ca',
  '#62b4b6',
  '#41a0a3',
  '#2a878b',
  '#1a6e73',
  '#125a5f',
  '#0a4549',
]

/** Grey 6 is dimmed text: 5.3 to 1 on white. */
const gray: MantineColorsTuple = [
  '#fafafa',
  '#f5f5f5',
  '#ebebeb',
  '#e0e0e0',
  '#cccccc',
  '#a3a3a3',
  '#666666',
  '#525252',
  '#383838',
  '#1f1f1f',
]

/** Dark 2 is dimmed text, dark 7 the page: 6.6 to 1. */
const dark: MantineColorsTuple = [
  '#e6e6e6',
  '#c2c2c2',
  '#a0a0a0',
  '#787878',
  '#3d3d3d',
  '#303030',
  '#242424',
  '#191919',
  '#141414',
  '#0f0f0f',
]

const red: MantineColorsTuple = [
  '#fdf2f1',
  '#fbe1df',
  '#f6c0bc',
  '#f2a29c',
  '#e4736b',
  '#d44a41',
  '#c3342b',
  '#b3261e',
  '#971f18',
  '#7a1913',
]

const systemFont =
  "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', sans-serif"

/** One accent, neutral greys, an 8 px grid, borders instead of shadows. */
export const theme = createTheme({
  colors: { teal, gray, dark, red },
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 7 },
  white: '#ffffff',
  black: '#1f1f1f',
  fontFamily: systemFont,
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.34', sm: '1.43', md: '1.43', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.25rem', sm: '0.5rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.75rem' },
      h2: { fontSize: '1rem', lineHeight: '1.5rem' },
      h3: { fontSize: '0.875rem', lineHeight: '1.25rem' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Nearly every field is required; the few others say so.
    TextInput: { defaultProps: { withAsterisk: false } },
    PasswordInput: { defaultProps: { withAsterisk: false } },
    InputBase: { defaultProps: { withAsterisk: false } },
  },
})

/** Colours by their role in the page, beside and over Mantine's own. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#666666',
    '--mantine-color-placeholder': '#737373',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#125a5f',
    '--page': '#ffffff',
    '--page-sunken': '#f7f7f7',
    '--page-hover': '#efefef',
    '--line': '#e0e0e0',
    '--accent-soft': '#e4f2f2',
    '--accent-text': '#125a5f',
    '--danger': '#b3261e',
    '--danger-soft': '#fdf2f1',
    '--good': '#18794e',
    '--waiting': '#946200',
  },
  dark: {
    '--mantine-color-body': '#191919',
    '--mantine-color-text': '#e6e6e6',
    '--mantine-color-dimmed': '#a0a0a0',
    '--mantine-color-placeholder': '#8c8c8c',
    '--mantine-color-error': '#f2a29c',
    '--mantine-color-anchor': '#8ac9ca',
    '--page': '#191919',
    '--page-sunken': '#141414',
    '--page-hover': '#262626',
    '--line': '#333333',
    '--accent-soft': '#143436',
    '--accent-text': '#8ac9ca',
    '--danger': '#f2a29c',
    '--danger-soft': '#331b19',
    '--good': '#6fcf9f',
    '--waiting': '#e0b252',
  },
})
