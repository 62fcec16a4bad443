import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { openBrowser, openPage, type WatchedPage } from './browser.ts'
import { startPortico, type RunningPortico } from './server.ts'

export interface Journey {
  open: (options?: BrowserContextOptions) => Promise<Page>
}

export interface JourneyOptions {
  /** Makes the server's portico.yaml, after starting what the file names; `url` is where the server will be. */
  yaml?: (url: string) => Promise<string>
  /** Of the browser's complaints those that belong to the journey, such as the status of a refusal. */
  expected?: RegExp
}

/** A fresh server and a browser for the tests of one file. A complaint of the browser fails the test. */
export function journey({ yaml, expected }: JourneyOptions = {}): Journey {
  let server: RunningPortico | undefined
  let browser: Browser | undefined
  let watched: WatchedPage[] = []

  beforeAll(async () => {
    server = await startPortico(yaml)
    browser = await openBrowser()
  })
  afterEach(async () => {
    const complaints = watched.flatMap((one) => one.complaints).filter((one) => expected?.test(one) !== true)
    await Promise.all(watched.map(({ page }) => page.context().close()))
    watched = []
    expect(complaints).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await server?.[Symbol.asyncDispose]()
  })
  return {
    async open(options) {
      if (browser === undefined || server === undefined) throw new Error('The journey has not begun.')
      const one = await openPage(browser, server.url, options)
      watched.push(one)
      return one.page
    },
  }
}
