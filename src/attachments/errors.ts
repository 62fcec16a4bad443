import { defineErrors } from '../lib/errors.ts'

export const attachmentErrors = defineErrors({
  file_too_large: { status: 413, detail: 'The file is too large.' },
  file_type_refused: { status: 415, detail: 'Files of this type are not taken.' },
  file_unreachable: { status: 502, detail: 'The file could not be fetched.' },
  file_not_found: { status: 404, detail: 'There is no such file.' },
  file_link_invalid: { status: 403, detail: 'This link to a file is not valid.' },
  file_link_expired: { status: 410, detail: 'This link to a file has expired.' },
})
