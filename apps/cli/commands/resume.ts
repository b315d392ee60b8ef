import type { Command } from "commander";
import { type Cli, write } from "../cli.ts";
import { CliError } from "../cli_error.ts";
import { pauseText } from "../show/pause_text.ts";
import { showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { checkPausable, isReplayId } from "./id_kind.ts";
import { setReplayState } from "./set_replay_state.ts";

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
