import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { seriousFlaws } from './accessibility.ts'
import { journey } from './journey.ts'
import { createFirstAccount, say, signIn, untilShown } from './people.ts'

const pages = [
  '/chat',
  '/channels',
  '/channels/groups',
  '/channels/bots',
  '/channels/bot-keys',
  '/webhooks',
  '/integrations',
  '/tokens',
  '/tokens/everybodys',
  '/link/nobody-made-this',
  '/connect/nobody-made-this',
  '/connect?refused=github&code=access_denied',
  '/playground',
  '/nowhere',
]

/** How far the page is wider than the window. */
const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

describe('looks', () => {
  const { open } = journey({ expected: /\b404\b.*(platform-linking|integrations\/links)/ })
  beforeAll(async () => {
    const page = await open()
    await createFirstAccount(page)
    await say(page, 'Show markdown')
    await page.getByRole('button', { name: 'Copy the answer' }).waitFor()
  })

  // The dark is the light in other colours, which every width shares.
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['light', 800],
    ['light', 360],
    ['dark', 360],
  ] as const) {
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
})

async function newestConversation(page: Page): Promise<string> {
  const response = await page.request.get('/api/conversations')
  const { conversations } = (await response.json()) as { conversations: { id: string }[] }
  return `/chat/${conversations[0]?.id ?? ''}`
}
