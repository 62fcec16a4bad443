import type { ConfiguredProvider, Connect, LinkRequest } from '../integrations/integrations.ts'
import { GatewayError } from '../lib/errors.ts'
import type { Tx } from '../storage/database.ts'
import { texts } from './texts.ts'

export interface ConnectLinkDependencies {
  connect: Pick<Connect, 'ways' | 'links'>
  publicUrl: string
}

/** How a person connects an account: what they open, and what they are told about it. */
export interface Way {
  url: string
  text: string
}

/** Where people look after their accounts in the console. */
export function pageOf({ publicUrl }: Pick<ConnectLinkDependencies, 'publicUrl'>): string {
  return `${publicUrl}/integrations`
}

/** A link where people can agree at the provider itself; secrets that are typed go into a form, never a chat. */
export async function wayToConnect(
  deps: ConnectLinkDependencies,
  tx: Tx,
  provider: ConfiguredProvider,
  request: Omit<LinkRequest, 'provider'>,
): Promise<Way> {
  const page = pageOf(deps)
  if (!deps.connect.ways(provider).browser)
    return { url: page, text: texts.connectByForm(provider.name, page) }
  try {
    const { url } = await deps.connect.links.make(tx, { ...request, provider: provider.id })
    return { url, text: texts.connectService(provider.name, url) }
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'too_many_connect_links')
      return { url: page, text: texts.tooManyLinks }
    throw error
  }
}
