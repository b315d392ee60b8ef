import { replayFromMessage } from "@hookgate/rpc";
import type { Replay, ReplayState } from "@hookgate/types";
import type { Command } from "commander";
import { type Cli, screenOf } from "../cli.ts";
import { type Answer, writeAnswer, writeList } from "../show/answer.ts";
import { answeredReplay, describeReplay, madeText, replayText } from "../show/describe.ts";
import { formatAge } from "../show/format.ts";
import { showText } from "../show/show_text.ts";
import { formatNotedTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { LIMIT_DEFAULT, parseWholeNumber } from "./options.ts";

interface ReplaysOptions {
  limit: number;
  json?: true;
}

/** As many as are kept. */
const LIMIT_MAX = 1_000;

/** Adds `hookgate replays`: replays and backfills, newest first. */
export function addReplays(program: Command, cli: Cli): void {
  program
    .command("replays")
    .description("list replays and backfills, newest first")
    .option("--limit <n>", "at most this many", parseWholeNumber(LIMIT_MAX), LIMIT_DEFAULT)
    .option("--json", "one JSON object per line")
    .action((options: ReplaysOptions) => listReplays(options, cli));
}

async function listReplays({ limit, json }: ReplaysOptions, cli: Cli): Promise<void> {
  const replays = await askDispatcher(cli, "list replays", async (admin) => {
    const answer = await admin.listReplays({ limit });
    return answer.replays.map(replayFromMessage);
  });
  await writeList([replays], {
    cli,
    json,
    value: describeReplay,
    table: toTable,
    none: "No replays.",
  });
}

function toTable(replays: readonly Replay[], cli: Cli): string {
  const now = cli.now();
  const rows = replays.map((replay) => ({
    cells: [
      replay.id,
      replay.state,
      madeText(replay),
      `${formatAge(now - replay.createdAt)} ago`,
    ].map(showText),
    notes: [replay.kind, replay.reason].map(showText),
  }));
  const title = { cells: ["REPLAY", "STATE", "MADE", "CREATED"], notes: ["KIND", "REASON"] };
  return formatNotedTable([title, ...rows], screenOf(cli));
}

/** Options for {@linkcode setReplayState}. */
export interface SetReplayStateOptions {
  state: Exclude<ReplayState, "done">;
  /** What the operator wants, for errors: `pause`. */
  what: string;
  /** Why, for the audit log: the replay keeps the reason it was made with. */
  reason?: string | undefined;
  /** Whether the answer is JSON. */
  json?: true | undefined;
}

/** Sets the state of a replay and shows its progress. */
export async function setReplayState(
  id: string,
  { state, what, reason, json }: SetReplayStateOptions,
  cli: Cli,
): Promise<void> {
  const request = { id, state, ...(reason !== undefined && { reason }) };
  const answer = await askDispatcher(cli, what, (admin) => admin.setReplayState(request));
  const replay = answeredReplay(answer.replay, `${what} ${id}`);
  await writeAnswer(answerOf(replay), { ...(json && { json }) }, cli);
}

/** A replay, as the answer of what has been done with it. */
export function answerOf(replay: Replay): Answer {
  return { text: replayText(replay), value: describeReplay(replay) };
}
