export const problem = {
  generic: 'Something went wrong on the server.',
  unreachable: 'Portico does not answer.',
  unreachableHint: 'Check that the server is running and that you are online.',
  tryAgain: 'Try again',
  reference: 'Reference {{reference}}',
  crashed: 'This page could not be shown.',
  reload: 'Reload the page',
}
