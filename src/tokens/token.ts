/** What a program may do with a token here; the application's own permissions are of the form `documents:read`. */
export const permissions = [
  'READ_INTEGRATIONS',
  'MANAGE_INTEGRATIONS',
  'DELETE_INTEGRATIONS',
  'USE_INTEGRATIONS',
  'CHAT',
  'ACT_AS_USER',
  'VERIFY_TOKENS',
] as const
export type Permission = (typeof permissions)[number]

/** Those that reach beyond the user whose token it is: only administrators of the server give them. */
export const administrators: readonly Permission[] = ['ACT_AS_USER', 'VERIFY_TOKENS']

/** How a permission of the application's own is written. */
export const ownPermission = /^[a-z][a-z0-9_-]*(?:[:.](?:[a-z0-9_-]+|\*))+$/

/** At most `limit` uses in `windowS` seconds. */
export interface RateLimit {
  /** Lower case; `requests` is counted with every check, others when a check names them. */
  name: string
  limit: number
  windowS: number
  /** Counted by all replicas together; otherwise each replica counts its own. */
  exact: boolean
}

/** A number of uses, given anew by the calendar (UTC) where it says so. */
export interface Credits {
  amount: number
  refill: 'never' | 'daily' | 'monthly'
}

export interface NewToken {
  name: string
  /** Left out: `agent`, the only one that Portico's own routes take. Others are for the application's services. */
  type?: string
  /** Left out: `live`. */
  environment?: 'live' | 'test'
  /** The agent that it is kept to; left out: all. */
  agent?: string
  permissions: readonly string[]
  /** Left out: never. */
  expiresAt?: Date
  /** Left out: all of the deployment. */
  callbackOrigins?: readonly string[]
  limits?: readonly RateLimit[]
  credits?: Credits
  /** Addresses and CIDR ranges, IPv4 and IPv6; left out: from anywhere. */
  addresses?: readonly string[]
  /** At most 4 KiB as JSON. */
  metadata?: Readonly<Record<string, unknown>>
}

/** What is left out stays; null takes away. */
export interface TokenChange {
  name?: string
  enabled?: boolean
  agent?: string | null
  permissions?: readonly string[]
  expiresAt?: Date | null
  callbackOrigins?: readonly string[] | null
  limits?: readonly RateLimit[]
  credits?: Credits | null
  addresses?: readonly string[] | null
  metadata?: Readonly<Record<string, unknown>>
}

/** A token that was made elsewhere: its SHA-256 is known, its text is not. */
export interface ImportedToken extends NewToken {
  /** Hexadecimal, base64 or base64url. */
  hash: string
  /** How it begins and ends, as far as that is known, for people to recognise it. */
  prefix?: string
  lastFour?: string
}

/** What all tokens of a user share, beside the limits of each. */
export interface UserLimits {
  limits: readonly RateLimit[]
  credits: Credits | null
}

/** A token without its secrets. */
export interface ApiToken {
  id: string
  /** Whose it is. */
  userId: string
  name: string
  type: string
  environment: 'live' | 'test'
  agent: string | null
  permissions: readonly string[]
  callbackOrigins: readonly string[] | null
  enabled: boolean
  limits: readonly RateLimit[]
  credits: Credits | null
  addresses: readonly string[] | null
  metadata: Readonly<Record<string, unknown>>
  imported: boolean
  prefix: string
  /** Of the newest secret. */
  lastFour: string
  /** Those that count, newest first; all of them where the token itself counts no more. */
  secrets: readonly TokenSecret[]
  createdAt: Date
  expiresAt: Date | null
  revokedAt: Date | null
  /** Late by some seconds, as are the counts. */
  lastUsedAt: Date | null
  uses: number
  refusals: number
}

export interface TokenSecret {
  lastFour: string
  createdAt: Date
  /** The end of a rotation's overlap. */
  endsAt: Date | null
  lastUsedAt: Date | null
}

/** Where a change counts when its call returns. */
export interface Receipt {
  /** `all`: no replica accepts what was true before. `partial`: `behind` may, until they follow or end by themselves. */
  effective: 'all' | 'partial'
  /** How many follow it. */
  replicas: number
  /** From the commit to the last replica's word. */
  ms: number
  behind: readonly {
    replica: string
    seenAt: Date
    /** When it accepts nothing any more, if it is cut off. */ until: Date
  }[]
}
