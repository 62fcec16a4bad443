import { AjvCompiler } from '@fastify/ajv-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifySchema, FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import type { App } from './types.ts'

// Input is checked, never changed to fit: nothing is coerced, nothing removed.
const ajv = { removeAdditional: false, coerceTypes: false } as const

/**
 * Sets Fastify's own compilers, each schema put off to the first request that needs it: to compile those of all
 * routes would be a sixth of the time that a start takes.
 */
export function registerSchemaCompilers(app: App): void {
  // The package's types tell of the bare schema as the argument, but it takes the route's, as Fastify passes it.
  const compileValidator = AjvCompiler()(
    {},
    { customOptions: ajv },
  ) as unknown as FastifySchemaCompiler<FastifySchema>
  const compileSerializer = SerializerSelector()({}, {}) as FastifySerializerCompiler<FastifySchema>

  app.setValidatorCompiler((route) => {
    let compiled: ReturnType<typeof compileValidator> | undefined
    const validate: ReturnType<typeof compileValidator> = (data) => {
      compiled ??= compileValidator(route)
      const result = compiled(data)
      validate.errors = compiled.errors ?? null
      return result
    }
    return validate
  })
  app.setSerializerCompiler((route) => {
    let compiled: ReturnType<typeof compileSerializer> | undefined
    return (data) => (compiled ??= compileSerializer(route))(data)
  })
}
