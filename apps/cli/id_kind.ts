import { CliError } from "./cli_error.ts";

/** Whether an operator means a replay. */
export function isReplayId(text: string): boolean {
  return text.startsWith("rpl_");
}

/** Whether an operator means a delivery. */
export function isDeliveryId(text: string): boolean {
  return text.startsWith("dlv_");
}

/**
 * Refuses the id of what can be neither paused nor resumed; anything else is the name of a subscription, or a replay's id.
 *
 * @throws {CliError} says what can be.
 */
export function checkPausable(text: string, what: "pause" | "resume"): void {
  if (text !== "" && !/^(?:evt|dlv|qtn)_/.test(text)) return;
  throw new CliError(
    `Cannot ${what} ${JSON.stringify(text)}: give the name of a subscription, or the id of a replay, rpl_…`,
    { exitCode: 2 },
  );
}

/**
 * Refuses a reason where none would be kept.
 *
 * @throws {CliError} says so.
 */
export function refuseReason(
  reason: string | undefined,
  { what, id }: { what: string; id: string },
): void {
  if (reason === undefined) return;
  throw new CliError(`Cannot ${what} ${id} with --reason: a replay keeps the one it was made for`, {
    exitCode: 2,
  });
}
