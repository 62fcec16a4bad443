import type { Credential, Provider } from '../api/integrations.ts'
import type { CredentialDialog } from './credentials.tsx'
import { DisconnectDialog } from './disconnect-dialog.tsx'
import { PermissionsDialog } from './permissions-dialog.tsx'
import { RenameDialog } from './rename-dialog.tsx'

interface CredentialDialogsProps {
  shown: CredentialDialog
  providerOf: (id: string) => Provider | undefined
  onConnect: (credential: Credential, scopes: readonly string[]) => void
  onClose: () => void
}

export function CredentialDialogs({ shown, providerOf, onConnect, onClose }: CredentialDialogsProps) {
  const { about, credential } = shown
  const provider = providerOf(credential.provider)
  switch (about) {
    case 'rename':
      return <RenameDialog credential={credential} onClose={onClose} />
    case 'widen':
      return (
        provider !== undefined && (
          <PermissionsDialog
            credential={credential}
            provider={provider}
            onAsk={(scopes) => onConnect(credential, scopes)}
            onClose={onClose}
          />
        )
      )
    case 'disconnect':
      return (
        <DisconnectDialog
          credential={credential}
          name={provider?.display_name ?? credential.provider}
          onClose={onClose}
        />
      )
  }
}
