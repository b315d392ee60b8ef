import { replayFromMessage } from "@hookgate/rpc";
import type { Replay } from "@hookgate/types";
import type { Command } from "commander";
import { type Cli, columnsOf, write } from "../cli.ts";
import { describeReplay, madeText } from "../show/describe_replay.ts";
import { formatNotedTable } from "../show/format_noted_table.ts";
import { formatAge } from "../show/format_span.ts";
import { showJson, showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { LIMIT_DEFAULT } from "./parse_limit.ts";
import { parseWholeNumber } from "./parse_whole_number.ts";

interface ReplaysOptions {
  limit: number;
  json?: true;
}

/** As many as are kept. */
const LIMIT_MAX = 1_000;

/** Adds `hookgate replays`: what is and was repeated, newest first. */
export function addReplays(program: Command, cli: Cli): void {
  program
    .command("replays")
    .description("list replays and backfills that are kept, newest first")
    .option("--limit <n>", "so many at most", parseWholeNumber(LIMIT_MAX), LIMIT_DEFAULT)
    .option("--json", "one JSON object per line")
    .action((options: ReplaysOptions) => listReplays(options, cli));
}

async function listReplays({ limit, json }: ReplaysOptions, cli: Cli): Promise<void> {
  const replays = await askDispatcher(cli, "list replays", async (admin) => {
    const answer = await admin.listReplays({ limit });
    return answer.replays.map(replayFromMessage);
  });
  if (json) await write(cli.stdout, replays.map(toLine).join(""));
  else if (replays.length > 0) await write(cli.stdout, toTable(replays, cli));
  else await write(cli.stderr, "No replays.\n");
}

function toLine(replay: Replay): string {
  return `${showJson(describeReplay(replay))}\n`;
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
  return formatNotedTable([title, ...rows], { columns: columnsOf(cli.stdout) });
}
