import { startAnsweringServer } from './answering-server.ts'
import { shapes, type Shape, type ShapeName } from './shapes.ts'

export interface ShapeServer {
  /** Where a shape's endpoints are. */
  urlOf(shape: ShapeName): string
  stop(): Promise<void>
}

/** Speaks the dialects of providers that differ from the standard, each under its own path. */
export async function startShapeServer(): Promise<ShapeServer> {
  const server = await startAnsweringServer((asked) => {
    const [, name = '', ...rest] = asked.path.split('/')
    const shape: Shape = shapes[name as ShapeName]
    return shape.answer({ ...asked, path: rest.join('/') })
  })
  return { urlOf: (shape) => `${server.url}/${shape}`, stop: () => server.stop() }
}
