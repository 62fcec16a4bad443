import { defineErrors } from '../lib/errors.ts'

export const vaultErrors = defineErrors({
  sealed_value_refused: { status: 500, detail: 'A stored secret could not be opened.' },
  master_key_invalid: { status: 500, detail: 'A master key must be exactly 32 bytes.' },
  master_key_wrong: {
    status: 500,
    detail:
      'The master key does not belong to this database. Start with the key that this data was sealed with; ' +
      'nothing was changed.',
  },
  rotation_unfinished: {
    status: 409,
    detail:
      'Something still seals with an older master key. Give every replica the new key, restart it, and run the ' +
      'rotation again; the older keys are still needed.',
  },
})
