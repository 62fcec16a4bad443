export const common = {
  copy: 'Copy',
  copied: 'Copied',
  cancel: 'Cancel',
  save: 'Save',
  delete: 'Delete',
  close: 'Close',
  back: 'Back',
  loading: 'Loading',
  reconnecting: 'Connection lost. Trying again …',
  onlyNow: 'It is shown only now. Keep it where your secrets are kept.',
  kept: 'I have kept it',
  manage: 'Manage {{name}}',
  rotate: {
    action: 'Make a new secret',
    overlap: 'The secret until now',
    overlaps: {
      none: 'ends at once',
      hour: 'counts for another hour',
      day: 'counts for another day',
      week: 'counts for another week',
    },
  },
}
