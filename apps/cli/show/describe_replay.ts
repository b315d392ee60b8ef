import { type ReplayMessage, replayFromMessage } from "@hookgate/rpc";
import type { Replay } from "@hookgate/types";
import { CliError } from "../cli_error.ts";
import { formatCount, formatDeliveries } from "./format_count.ts";
import { formatTime } from "./format_time.ts";

/** A replay as `replays --json` prints it, one per line: the form that programs may lean on. */
export function describeReplay(replay: Replay): Record<string, unknown> {
  const { id, kind, state, made, expected, seen, perSecond, reason, createdAt, endedAt } = replay;
  const { from, to, ...filter } = replay.filter;
  return {
    id,
    kind,
    state,
    made,
    expected,
    seen,
    perSecond,
    reason,
    createdAt: formatTime(createdAt),
    endedAt: endedAt === null ? null : formatTime(endedAt),
    filter: {
      ...filter,
      ...(from !== undefined && { from: formatTime(from) }),
      ...(to !== undefined && { to: formatTime(to) }),
    },
  };
}

/** How far a replay is: `620 of 1,234`; only what was made where nobody counted what would be. */
export function madeText({ made, expected }: Replay): string {
  return expected === null ? formatCount(made) : `${formatCount(made)} of ${formatCount(expected)}`;
}

/** Where a replay stands: `rpl_… is paused: 620 of 1,234 deliveries made`. */
export function replayText(replay: Replay): string {
  const { id, state, made, expected } = replay;
  const of = expected === null ? "" : `${formatCount(made)} of `;
  return `${id} is ${state}: ${of}${formatDeliveries(expected ?? made)} made`;
}

/**
 * The replay of an answer.
 *
 * @throws {CliError} where it has none.
 */
export function answeredReplay(message: ReplayMessage | null, what: string): Replay {
  if (message === null) throw new CliError(`Cannot ${what}: the answer is empty`);
  return replayFromMessage(message);
}
