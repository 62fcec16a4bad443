/**
 * A browser that says the same to every page: it follows redirects, keeps cookies, and sends the first form of a page
 * with its hidden fields and the button that it was told to press.
 */
export interface ScriptedBrowser {
  /** Ends at the first address for which `isEnd` is true, without calling it, or at a page without a form. */
  browse(start: string, isEnd: (url: URL) => boolean): Promise<string>
}

export function createScriptedBrowser(button: 'allow' | 'deny'): ScriptedBrowser {
  const cookies = new Map<string, string>()
  const visit = async (url: string, form?: URLSearchParams): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: { cookie },
      redirect: 'manual',
      ...(form === undefined ? {} : { body: form }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  return {
    async browse(start, isEnd) {
      let [url, form] = [start, undefined as URLSearchParams | undefined]
      for (let page = 0; page < 20; page++) {
        if (isEnd(new URL(url))) return url
        const response = await visit(url, form)
        const location = response.headers.get('location')
        const next = location === null ? formIn(await response.text(), button) : { action: location }
        if (next === undefined) return url
        url = new URL(next.action, url).href
        form = 'fields' in next ? next.fields : undefined
      }
      throw new Error('The pages lead nowhere.')
    },
  }
}

function formIn(html: string, button: string): { action: string; fields: URLSearchParams } | undefined {
  const [, attributes = '', content = ''] = /<form([^>]*)>(.*?)<\/form>/s.exec(html) ?? []
  const action = attributeOf(attributes, 'action')
  if (action === undefined) return undefined
  const fields = new URLSearchParams({ answer: button })
  for (const [, input = ''] of content.matchAll(/<input([^>]*)>/g))
    fields.set(attributeOf(input, 'name') ?? '', attributeOf(input, 'value') ?? '')
  return { action, fields }
}

function attributeOf(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&')
}
