import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

/** Debian's Chromium; another one may be named by CHROMIUM_PATH. */
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface WatchedPage {
  page: Page
  /** What the browser complained about: errors of scripts, refusals of the content security policy, failed loads. */
  complaints: string[]
}

/** A page in a profile of its own, narrow or wide, light or dark, in English unless told otherwise. */
export async function openPage(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL,
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    // Asking who is signed in is how the page learns that nobody is.
    if (message.location().url.endsWith('/api/me') && message.text().includes('401')) return
    // Chromium falls back to it when a navigation cuts the loading of the page's own icon short.
    if (message.location().url.endsWith('/favicon.ico')) return
    complaints.push(`${message.text()} (${message.location().url})`)
  })
  return { page, complaints }
}
