import { httpErrors, sendProblem } from './errors.ts'
import type { App } from './types.ts'

/** 404 for unknown addresses, 405 with Allow for known ones that do not take the method. Register it first. */
export function registerNotFound(app: App): void {
  const known: { method: string; pattern: RegExp }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    if (url === '/*') return
    const pattern = new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`)
    for (const one of [method].flat()) known.push({ method: one, pattern })
  })
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    const methods = new Set(known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))
    if (methods.size === 0 || methods.has(request.method))
      return sendProblem(reply, request, httpErrors.route_not_found())
    reply.header('allow', [...methods].join(', '))
    return sendProblem(reply, request, httpErrors.method_not_allowed())
  })
}
