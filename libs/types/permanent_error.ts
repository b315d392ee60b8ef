/** Thrown by a handler when trying again cannot help: the delivery is dead at once. */
export class PermanentError extends Error {
  override name = "PermanentError";
  /** What the dispatcher looks at; any error with `retry: false` has the same effect. */
  readonly retry = false;
}
