/** The whole gateway, on a database that exists. */
import type { DatabaseAddress } from '../../src/storage/database.ts'
import { startGateway } from '../gateway.ts'
import { announce, settings } from './child.ts'

const { address, yaml } = settings() as { address: DatabaseAddress; yaml: string }
const gateway = await startGateway(address, yaml)
announce(gateway.url, () => gateway.stop())
