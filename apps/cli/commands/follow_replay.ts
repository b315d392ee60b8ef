import { setTimeout as delay } from "node:timers/promises";
import { type AdminHandlers, RpcError, replayFromMessage } from "@hookgate/rpc";
import type { Replay } from "@hookgate/types";
import type { Cli } from "../cli.ts";
import { CliError } from "../cli_error.ts";
import { madeText } from "../show/describe_replay.ts";
import { type ProgressLine, progressLine } from "../show/progress_line.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

const LOOK_MS = 500;

/** A replay that was just made is among the newest; where many more were made since, it is among all that are kept. */
const LIMITS = [50, 1_000];

/**
 * Follows a replay until it ends, with its progress on standard error where that is a terminal.
 *
 * @throws {CliError} where the operator, or a fault, ends the following before.
 */
export async function followReplay(created: Replay, cli: Cli): Promise<Replay> {
  const { id } = created;
  const progress = progressLine(cli.stderr);
  const stop = new AbortController();
  const { promise: interrupted, resolve } = Promise.withResolvers<null>();
  const forget = cli.onInterrupt(() => resolve(null));
  try {
    const ended = await askDispatcher(cli, `follow ${id}`, (admin) => {
      const { signal } = stop;
      return Promise.race([interrupted, untilEnded(created, { admin, progress, signal })]);
    }).catch((error: unknown) => {
      if (!(error instanceof CliError && error.cause instanceof RpcError)) throw error;
      const where = `${error.message}; npx hookgate replays says how far ${id} is`;
      throw new CliError(where, { cause: error });
    });
    if (ended !== null) return ended;
    throw new CliError(
      `Stopped following ${id}, which goes on: npx hookgate cancel ${id} cancels it`,
    );
  } finally {
    stop.abort();
    forget();
    await progress.clear();
  }
}

interface UntilEndedOptions {
  admin: AdminHandlers;
  progress: ProgressLine;
  signal: AbortSignal;
}

async function untilEnded(
  created: Replay,
  { admin, progress, signal }: UntilEndedOptions,
): Promise<Replay> {
  let replay = created;
  while (replay.state === "running" || replay.state === "paused") {
    await progress.show(progressText(replay));
    await delay(LOOK_MS, undefined, { signal });
    replay = await findReplay(replay.id, admin);
  }
  return replay;
}

async function findReplay(id: string, admin: AdminHandlers): Promise<Replay> {
  for (const limit of LIMITS) {
    const { replays } = await admin.listReplays({ limit });
    const found = replays.find((replay) => replay.id === id);
    if (found) return replayFromMessage(found);
  }
  throw new CliError(`Cannot follow ${id}: it is not kept any more`);
}

/** Short enough for 80 columns: `rpl_…: 620 of 1,234 made, 50 %`. */
function progressText(replay: Replay): string {
  const { id, state, made, expected } = replay;
  // Where not all could be counted it makes more than was expected.
  const share = expected ? `, ${Math.min(100, Math.floor((100 * made) / expected))} %` : "";
  const paused = state === "paused" ? ", paused" : "";
  return `${id}: ${madeText(replay)} made${share}${paused}`;
}
