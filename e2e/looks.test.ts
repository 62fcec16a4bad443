import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { seriousFlaws } from './accessibility.ts'
import { journey } from './journey.ts'
import { createFirstAccount, say, signIn, untilShown } from './people.ts'

const pages = ['/chat', '/channels', '/channels/bots', '/playground', '/nowhere']

/** How far the page is wider than the window. */
const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

describe('looks', () => {
  const { open } = journey()
  beforeAll(async () => {
    const page = await open()
    await createFirstAccount(page)
    await say(page, 'Show markdown')
    await page.getByRole('button', { name: 'Copy the answer' }).waitFor()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 800, 360]) {
      it(`fits ${width} px in ${colorScheme}, and axe finds nothing serious`, async () => {
        const page = await open({ colorScheme, viewport: { width, height: 800 } })
        await page.goto('/')
        await page.getByRole('heading', { name: 'Sign in' }).waitFor()
        expect(await seriousFlaws(page)).toEqual([])
        await signIn(page)
        await page.locator('textarea').waitFor()
        for (const path of [...pages, await newestConversation(page)]) {
          await page.goto(path)
          await untilShown(page)
          expect(await page.evaluate<number>(overhang), path).toBe(0)
          expect(await seriousFlaws(page), path).toEqual([])
        }
      })
    }
  }
})

async function newestConversation(page: Page): Promise<string> {
  const response = await page.request.get('/api/conversations')
  const { conversations } = (await response.json()) as { conversations: { id: string }[] }
  return `/chat/${conversations[0]?.id ?? ''}`
}
