/** A name that leads to no address that may be connected to. */
export class RefusedHostError extends Error {
  override name = "RefusedHostError";
  /** What is wrong with it, for a sentence. */
  readonly state: string;

  constructor(hostname: string, state: string) {
    super(`Cannot connect to ${hostname}: ${state}`);
    this.state = state;
  }
}
