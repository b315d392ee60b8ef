import type { ReplayState } from "@hookgate/types";
import { askDispatcher } from "./ask_dispatcher.ts";
import { type Cli, write } from "./cli.ts";
import { answeredReplay, replayText } from "./describe_replay.ts";
import { showText } from "./show_text.ts";

/** Options for {@linkcode setReplayState}. */
export interface SetReplayStateOptions {
  state: Exclude<ReplayState, "done">;
  /** What the operator asked for: `pause`. */
  what: string;
}

/** Puts a replay into a state, and says where it stands then. */
export async function setReplayState(
  id: string,
  { state, what }: SetReplayStateOptions,
  cli: Cli,
): Promise<void> {
  const answer = await askDispatcher(cli, what, (admin) => admin.setReplayState({ id, state }));
  const replay = answeredReplay(answer.replay, `${what} ${id}`);
  await write(cli.stdout, `${showText(replayText(replay))}\n`);
}
