import { useQuery } from '@tanstack/react-query'
import { providersQuery } from '../api/channels.ts'

interface ChannelLooks {
  name: string
  /** Its SVG; undefined for what this server does not know, and until it is loaded. */
  logo: string | undefined
}

/** What people call a channel, by its name in the API, which bot services write in capitals. */
export function useChannel(channel: string): ChannelLooks {
  const { data } = useQuery(providersQuery)
  const provider = data?.providers.find((one) => one.provider === channel.toLowerCase())
  return { name: provider?.display_name ?? channel, logo: provider?.logo }
}
