/** What the CLI says before it goes on from a state that a killed operation left behind. */
export const pendingWarning = (count: number, list: string): string =>
  `Attempting to deploy or update resources with ${count} pending operations from previous deployment.\n${list}` +
  "These resources are in an unknown state because the Pulumi CLI was interrupted while waiting for changes to these resources to " +
  "complete. You should confirm whether or not the operations listed completed successfully by checking the state of the appropriate " +
  "provider. For example, if you are using AWS, you can confirm using the AWS Console.\n\nOnce you have confirmed the status of the " +
  "interrupted operations, you can repair your stack using `pulumi refresh` which will refresh the state from the provider you are " +
  "using and clear the pending operations if there are any.\n\nNote that `pulumi refresh` will need to be run interactively to clear " +
  "pending CREATE operations.";
