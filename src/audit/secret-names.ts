const secretName = /(^|_)(password|secrets?|tokens?|code|api_key|authorization|cookie|credentials?)$/

/** Throws when a name anywhere in `detail` says that its value is a secret: that is a mistake of ours. */
export function refuseSecrets(detail: unknown, path = 'detail'): void {
  if (typeof detail !== 'object' || detail === null) return
  for (const [name, value] of Object.entries(detail)) {
    const words = name
      .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toLowerCase()
    if (secretName.test(words)) throw new Error(`An audit entry must not hold a secret: ${path}.${name}.`)
    refuseSecrets(value, `${path}.${name}`)
  }
}
