/** What the page shows of an OpenAPI document. */
interface Operation {
  summary?: string
  tags?: readonly string[]
  security?: readonly object[]
}

const methods = ['get', 'post', 'put', 'patch', 'delete']

/** The API on one plain page, without scripts or anything from elsewhere. */
export function renderReference(document: {
  info?: { version?: string }
  paths?: Record<string, unknown>
}): string {
  const rows = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({ method, path, operation })),
  )
  const sections = [...Map.groupBy(rows, ({ operation }) => operation.tags?.[0] ?? 'other')]
  const body = sections.map(
    ([tag, operations]) => `<h2>${escape(tag)}</h2><table>${operations.map(renderRow).join('')}</table>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Portico API</title><style>
    body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
    td { padding: .2rem 1rem .2rem 0; vertical-align: top } code { white-space: nowrap }
  </style><h1>Portico API ${escape(document.info?.version ?? '')}</h1>
  <p>Schemas and answers are in <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>${body.join('')}</html>`
}

function renderRow({
  method,
  path,
  operation,
}: {
  method: string
  path: string
  operation: Operation
}): string {
  const who = operation.security?.length === 0 ? 'anybody' : 'signed in'
  return `<tr><td><code>${method.toUpperCase()} ${escape(path)}</code></td>
    <td>${escape(operation.summary ?? '')}</td><td>${who}</td></tr>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
