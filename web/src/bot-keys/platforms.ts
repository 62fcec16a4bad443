import { useQuery } from '@tanstack/react-query'
import { providersQuery } from '../api/channels.ts'

/** The platforms that a key may be limited to. */
export function usePlatforms(): { value: string; label: string }[] {
  const { data } = useQuery(providersQuery)
  return (data?.providers ?? [])
    .filter(({ credential_fields }) => credential_fields.length > 0)
    .map(({ provider, display_name }) => ({ value: provider.toUpperCase(), label: display_name }))
}

/** What people call a platform. */
export function usePlatformNames(): (platform: string) => string {
  const platforms = usePlatforms()
  return (platform) => platforms.find(({ value }) => value === platform)?.label ?? platform
}
