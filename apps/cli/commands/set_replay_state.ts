import type { ReplayState } from "@hookgate/types";
import { type Cli, write } from "../cli.ts";
import { CliError } from "../cli_error.ts";
import { answeredReplay, replayText } from "../show/describe_replay.ts";
import { showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

/** Options for {@linkcode setReplayState}. */
export interface SetReplayStateOptions {
  state: Exclude<ReplayState, "done">;
  /** What the operator asked for: `pause`. */
  what: string;
  /** What the operator gave as a reason: refused, because none would be kept. @default {undefined} */
  reason?: string | undefined;
}

/**
 * Puts a replay into a state, and says where it stands then.
 *
 * @throws {CliError} also where there is a reason.
 */
export async function setReplayState(
  id: string,
  { state, what, reason }: SetReplayStateOptions,
  cli: Cli,
): Promise<void> {
  if (reason !== undefined) {
    throw new CliError(
      `Cannot ${what} ${id} with --reason: a replay keeps the one it was made for`,
      {
        exitCode: 2,
      },
    );
  }
  const answer = await askDispatcher(cli, what, (admin) => admin.setReplayState({ id, state }));
  const replay = answeredReplay(answer.replay, `${what} ${id}`);
  await write(cli.stdout, `${showText(replayText(replay))}\n`);
}
