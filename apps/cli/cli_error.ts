/** Ends a command with one line for the operator. */
export class CliError extends Error {
  override name = "CliError";
  /** 1: it could not be done. 2: it was asked wrongly. */
  readonly exitCode: 1 | 2;

  constructor(message: string, options: ErrorOptions & { exitCode?: 1 | 2 } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? 1;
  }
}
