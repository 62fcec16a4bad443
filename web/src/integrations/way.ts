import type { ReactNode } from 'react'
import type { Provider } from '../api/integrations.ts'

/** What the dialogs of all ways of connecting are given. */
export interface WayProps {
  provider: Provider
  /** What the account is called unless the reader calls it otherwise. */
  name: string
  /** The links to the other ways. */
  otherWays: ReactNode
  onClose: () => void
}
