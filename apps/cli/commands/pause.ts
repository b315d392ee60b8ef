import type { SubscriptionPauseMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, CliError } from "../cli.ts";
import { addJson, type JsonOption, writeAnswer } from "../show/answer.ts";
import { pauseText } from "../show/describe.ts";
import { formatTime } from "../show/format.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { setReplayState } from "./replays.ts";

interface PauseOptions extends JsonOption {
  reason?: string;
}

/** Adds `hookgate pause <subscription|replay>`: nothing is delivered, or replayed, until it is resumed. */
export function addPause(program: Command, cli: Cli): void {
  const command = program
    .command("pause")
    .description("hold the deliveries of a subscription, or stop a replay for now")
    .argument("<subscription|replay>", "the subscription's name, or the replay's id, rpl_…")
    .option("--reason <text>", "why, for the record");
  addJson(command).action((target: string, options: PauseOptions) => pause(target, options, cli));
}

async function pause(target: string, options: PauseOptions, cli: Cli): Promise<void> {
  checkPausable(target, "pause");
  if (!isReplayId(target)) return pauseSubscription(target, options, cli);
  await setReplayState(target, { state: "paused", what: "pause", ...options }, cli);
}

async function pauseSubscription(name: string, options: PauseOptions, cli: Cli): Promise<void> {
  const { reason = "" } = options;
  const answer = await askDispatcher(cli, "pause", (admin) =>
    admin.pauseSubscription({ name, reason }),
  );
  if (answer.pause === null) throw new CliError(`Cannot pause ${name}: the answer is empty`);
  // An earlier pause stays, with its own reason.
  const mine = answer.pause.by === "operator" && answer.pause.reason === reason.trim();
  const text = `${name} ${mine ? "is" : "was already"} ${pauseText(answer.pause)}`;
  const value = { name, alreadyPaused: !mine, pause: describePause(answer.pause) };
  await writeAnswer({ text, value }, options, cli);
}

/** Adds `hookgate resume <subscription|replay>`: ends a pause. */
export function addResume(program: Command, cli: Cli): void {
  const command = program
    .command("resume")
    .description("resume a subscription, which then gets what it missed, or a replay")
    .argument("<subscription|replay>", "the subscription's name, or the replay's id, rpl_…")
    .option("--reason <text>", "why, for the audit log");
  addJson(command).action((target: string, options: PauseOptions) => resume(target, options, cli));
}

async function resume(target: string, options: PauseOptions, cli: Cli): Promise<void> {
  const { reason } = options;
  checkPausable(target, "resume");
  if (isReplayId(target)) {
    return setReplayState(target, { state: "running", what: "resume", ...options }, cli);
  }
  const name = target;
  const request = { name, ...(reason !== undefined && { reason }) };
  const answer = await askDispatcher(cli, "resume", (admin) => admin.resumeSubscription(request));
  if (answer.pause === null) throw new CliError(`Cannot resume ${name}: the answer is empty`);
  const filled =
    answer.backfill === "" ? "" : `; backfill ${answer.backfill} gives it what it missed`;
  const text = `${name} is resumed${filled}; it was ${pauseText(answer.pause)}`;
  const backfill = answer.backfill === "" ? null : answer.backfill;
  const value = { name, backfill, was: describePause(answer.pause) };
  await writeAnswer({ text, value }, options, cli);
}

function describePause({ by, reason, atMs }: SubscriptionPauseMessage) {
  return { by, reason, at: formatTime(atMs) };
}

/** Whether the operator means a replay. */
export function isReplayId(text: string): boolean {
  return text.startsWith("rpl_");
}

/** Whether the operator means a delivery. */
export function isDeliveryId(text: string): boolean {
  return text.startsWith("dlv_");
}

/**
 * Refuses ids of events, deliveries and refused requests; anything else is a subscription's name or a replay's id.
 *
 * @throws {CliError} that says what can be paused.
 */
export function checkPausable(text: string, what: "pause" | "resume"): void {
  if (text !== "" && !/^(?:evt|dlv|qtn)_/.test(text)) return;
  throw new CliError(
    `Cannot ${what} ${JSON.stringify(text)}: give the name of a subscription, or the id of a replay, rpl_…`,
    { exitCode: 2 },
  );
}
