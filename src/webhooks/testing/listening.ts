import type { Announcement, Announcer } from '../webhooks.ts'

/** An announcer that keeps in memory what it was told of the types that are wanted; usually all. */
export function listen(wants: (type: string) => boolean = () => true): Announcer & { heard: Announcement[] } {
  const heard: Announcement[] = []
  return {
    heard,
    wants: (_workspaceId, type) => wants(type),
    async announce(_tx, events) {
      heard.push(...events.filter(({ type }) => wants(type)))
    },
  }
}
