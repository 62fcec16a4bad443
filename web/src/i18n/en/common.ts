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
}
