#!/usr/bin/env node
import module from 'node:module'
import { join } from 'node:path'

// This file is plain JavaScript: an old Node can read it and say so, and Node's compiler of TypeScript, which takes
// 50 ms and 20 MB, is not loaded for it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`Portico needs Node 22.18 or later; this is ${process.version}.\n`)
  process.exit(1)
}

// Keeps what is loaded from here on, compiled and stripped of its types, for the next start, which halves its time.
module.enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'portico'))
await import('../src/main.ts')
