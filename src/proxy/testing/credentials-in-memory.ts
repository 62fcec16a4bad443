import type {
  CredentialUse,
  Found,
  Need,
  OpenCredential,
  OpenSecret,
} from '../../integrations/integrations.ts'

/** Credentials that tests put in and take out, renewed as they say. */
export interface MemoryCredentials extends CredentialUse {
  put(credential: Partial<OpenCredential> & { provider: string; secret: OpenSecret }): OpenCredential
  remove(id: string): void
  /** What the next renewals give instead of a new token. */
  renewal: Found | undefined
  readonly renewals: number
  readonly uses: readonly string[]
}

export function createMemoryCredentials(): MemoryCredentials {
  const kept = new Map<string, OpenCredential>()
  const uses: string[] = []
  let renewals = 0
  const find = async ({ userId, workspaceId, provider, credentialId, url }: Need): Promise<Found> => {
    const mine = [...kept.values()].filter(
      (one) =>
        one.userId === userId &&
        one.workspaceId === workspaceId &&
        one.provider === provider &&
        (credentialId === undefined || one.id === credentialId) &&
        (one.type !== 'host_scoped' || url !== undefined),
    )
    const credential = mine.at(-1)
    return credential === undefined
      ? { kind: 'connect_required', missingScopes: [], credentialId: null }
      : { kind: 'found', credential }
  }
  const all: MemoryCredentials = {
    find,
    async renew(need, rejected) {
      renewals++
      if (all.renewal !== undefined) return all.renewal
      const credential = kept.get(rejected.id)
      if (credential?.secret.type === 'oauth2' && credential.version === rejected.version)
        all.put({
          ...credential,
          version: credential.version + 1,
          secret: { type: 'oauth2', accessToken: `${credential.secret.accessToken}-renewed` },
        })
      return find({ ...need, credentialId: rejected.id })
    },
    used: (id) => void uses.push(id),
    put(given) {
      const credential: OpenCredential = {
        id: `crd_${given.provider}`,
        workspaceId: 'wsp_1',
        userId: 'usr_ada',
        type: given.secret.type,
        title: given.provider,
        status: 'active',
        statusReason: null,
        account: { id: '1', label: 'ada' },
        askedScopes: [],
        grantedScopes: null,
        host: null,
        tenant: {},
        learned: {},
        expiresAt: null,
        lastUsedAt: null,
        createdAt: new Date(0),
        version: 1,
        ...given,
      }
      kept.delete(credential.id)
      kept.set(credential.id, credential)
      return credential
    },
    remove: (id) => void kept.delete(id),
    renewal: undefined,
    get renewals() {
      return renewals
    },
    uses,
  }
  return all
}
