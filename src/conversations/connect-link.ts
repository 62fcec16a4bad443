import type { ConfiguredProvider, ConnectLinks, LinkRequest } from '../integrations/integrations.ts'
import { supports } from '../integrations/provider.ts'
import { GatewayError } from '../lib/errors.ts'
import type { Tx } from '../storage/database.ts'
import { texts } from './texts.ts'

export interface ConnectLinkDependencies {
  connectLinks: Pick<ConnectLinks, 'make'>
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

/** A link where the provider has a page of its own to agree on; secrets that are typed go into a form, never a chat. */
export async function wayToConnect(
  deps: ConnectLinkDependencies,
  tx: Tx,
  provider: ConfiguredProvider,
  request: Omit<LinkRequest, 'provider'>,
): Promise<Way> {
  const page = pageOf(deps)
  if (!canAuthorize(provider)) return { url: page, text: texts.connectByForm(provider.name, page) }
  try {
    const { url } = await deps.connectLinks.make(tx, { ...request, provider: provider.id })
    return { url, text: texts.connectService(provider.name, url) }
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'too_many_connect_links')
      return { url: page, text: texts.tooManyLinks }
    throw error
  }
}

/** Whether people can agree at the provider itself, with a client that was configured or registers itself. */
function canAuthorize(provider: ConfiguredProvider): boolean {
  const hasClient = provider.client !== undefined || provider.registration !== undefined
  return supports(provider).oauth && hasClient
}
