import type { Command } from "commander";
import { type Cli, write } from "../cli.ts";
import { CliError } from "../cli_error.ts";
import { pauseText } from "../show/pause_text.ts";
import { showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { checkPausable, isReplayId } from "./id_kind.ts";
import { setReplayState } from "./set_replay_state.ts";

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
