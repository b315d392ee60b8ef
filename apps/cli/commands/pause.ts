import type { Command } from "commander";
import { type Cli, CliError, write } from "../cli.ts";
import { pauseText } from "../show/describe.ts";
import { showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { setReplayState } from "./replays.ts";

interface PauseOptions {
  reason?: string;
}

/** Adds `hookgate pause <subscription|replay>`: deliveries wait, or are not made, until it is resumed. */
export function addPause(program: Command, cli: Cli): void {
  program
    .command("pause")
    .description("have the deliveries of a subscription wait, or a replay stop making them")
    .argument("<subscription|replay>", "the subscription's name, or the replay's id, rpl_…")
    .option("--reason <text>", "why a subscription is paused, for whoever looks at it later")
    .action((target: string, options: PauseOptions) => pause(target, options, cli));
}

async function pause(target: string, { reason }: PauseOptions, cli: Cli): Promise<void> {
  checkPausable(target, "pause");
  if (!isReplayId(target)) return pauseSubscription(target, reason ?? "", cli);
  await setReplayState(target, { state: "paused", what: "pause", reason }, cli);
}

async function pauseSubscription(name: string, reason: string, cli: Cli): Promise<void> {
  const answer = await askDispatcher(cli, "pause", (admin) =>
    admin.pauseSubscription({ name, reason }),
  );
  if (answer.pause === null) throw new CliError(`Cannot pause ${name}: the answer is empty`);
  // An earlier pause stays as it is, with its own reason.
  const mine = answer.pause.by === "operator" && answer.pause.reason === reason.trim();
  const done = `${name} ${mine ? "is" : "was already"} ${pauseText(answer.pause)}`;
  await write(cli.stdout, `${showText(done)}\n`);
}

/** Adds `hookgate resume <subscription|replay>`: ends a pause. */
export function addResume(program: Command, cli: Cli): void {
  program
    .command("resume")
    .description("end the pause of a subscription, which gets what it missed, or of a replay")
    .argument("<subscription|replay>", "the subscription's name, or the replay's id, rpl_…")
    .action((target: string) => resume(target, cli));
}

async function resume(target: string, cli: Cli): Promise<void> {
  checkPausable(target, "resume");
  if (isReplayId(target)) {
    return setReplayState(target, { state: "running", what: "resume" }, cli);
  }
  const name = target;
  const answer = await askDispatcher(cli, "resume", (admin) => admin.resumeSubscription({ name }));
  if (answer.pause === null) throw new CliError(`Cannot resume ${name}: the answer is empty`);
  const filled =
    answer.backfill === "" ? "" : `; backfill ${answer.backfill} gives it what it missed`;
  const done = `${name} goes on${filled}; it was ${pauseText(answer.pause)}`;
  await write(cli.stdout, `${showText(done)}\n`);
}

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
