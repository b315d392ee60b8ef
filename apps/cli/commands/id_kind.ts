import { CliError } from "../cli_error.ts";

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
