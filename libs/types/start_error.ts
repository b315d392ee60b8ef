/**
 * Thrown when a process cannot start for a reason that only the operator can remove: a bad configuration, a port in use,
 * an unreadable key file, a newer store. Its message is a sentence for the operator; starting again does not help.
 */
export class StartError extends Error {
  override name = "StartError";
}
