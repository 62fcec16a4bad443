import { convertCssVariables, DEFAULT_THEME, mergeMantineTheme } from '@mantine/core'
import { defaultCssVariablesResolver } from '@mantine/core'
import type { Plugin } from 'vite'
import { cssVariables, theme } from './src/theme/theme.ts'

const publicId = 'virtual:theme.css'
const resolvedId = '\0theme.css'

/**
 * Writes the theme's CSS variables into a stylesheet at build time. Mantine would add them as a `<style>` element
 * in the browser, which a content security policy without 'unsafe-inline' refuses.
 */
export function themeVariables(): Plugin {
  return {
    name: 'portico-theme',
    resolveId: (id) => (id === publicId ? resolvedId : undefined),
    load: (id) => (id === resolvedId ? renderVariables() : undefined),
  }
}

function renderVariables(): string {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme)
  const defaults = defaultCssVariablesResolver(merged)
  const own = cssVariables(merged)
  return convertCssVariables(
    {
      variables: { ...defaults.variables, ...own.variables },
      light: { ...defaults.light, ...own.light },
      dark: { ...defaults.dark, ...own.dark },
    },
    ':root',
  )
}
