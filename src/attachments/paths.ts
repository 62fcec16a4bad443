/** A user's files lie in a folder of their own. Throws for an id that could lead elsewhere. */
export function pathOf({ userId, id }: { userId: string; id: string }): string {
  return [userId, id].map(checked).join('/')
}

function checked(id: string): string {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(id)) throw new Error('An id cannot be part of a path.')
  return id
}
