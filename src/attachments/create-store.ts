import { join } from 'node:path'
import type { FilesConfig } from '../config/config.ts'
import type { Clock } from '../lib/clock.ts'
import type { FileStore } from './file-store.ts'
import { createLocalStore } from './local-store.ts'

/** The configured store: a directory under the data directory, or a bucket. */
export async function createFileStore(
  files: FilesConfig,
  deps: { dataDir: string; fetch: typeof fetch; clock: Clock },
): Promise<FileStore> {
  if (files.kind === 'local') return createLocalStore(join(deps.dataDir, 'files'))
  const { createS3Store } = await import('./s3-store.ts')
  return createS3Store(files, { ...deps, spool: join(deps.dataDir, 'files-on-their-way') })
}
