import { setTimeout as delay } from "node:timers/promises";
import {
  type AdminHandlers,
  type CreateReplayResponse,
  RpcError,
  replayFilterToMessage,
  replayFromMessage,
} from "@hookgate/rpc";
import type { Replay, ReplayFilter } from "@hookgate/types";
import { type Command, Option } from "commander";
import { type Cli, CliError, columnsOf, type Output, tell, write } from "../cli.ts";
import { type JsonOption, writeAnswer } from "../show/answer.ts";
import { answeredReplay, madeText, replayText } from "../show/describe.ts";
import { formatCount, formatDeliveries } from "../show/format.ts";
import { type ProgressLine, progressLine } from "../show/progress_line.ts";
import { showJson, showText } from "../show/show_text.ts";
import { formatTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { askYes, canAsk } from "./ask_yes.ts";
import {
  addFilterOptions,
  addTimeOrUrlOptions,
  type FilterOptions,
  parseWholeNumber,
  type TimeOptions,
} from "./options.ts";
import { tellNotes } from "./pages.ts";
import { replayTo } from "./replay_to.ts";
import { answerOf } from "./replays.ts";

interface ReplayOptions extends JsonOption, FilterOptions, Omit<TimeOptions, "to"> {
  to?: number | URL;
  state?: (typeof STATES)[number];
  failure?: string;
  reason?: string;
  rate?: number;
  dryRun?: true;
  yes?: true;
  detach?: true;
}

/** What to repeat, and how. */
type Wanted = Pick<ReplayOptions, "reason" | "rate"> & { filter: ReplayFilter };

/** Only deliveries that have ended can be repeated. */
const STATES = ["delivered", "dead", "cancelled"] as const;

/** Most deliveries per second. */
const RATE_MAX = 10_000;

/** Adds `hookgate replay`: makes new deliveries of stored events. */
export function addReplay(program: Command, cli: Cli): void {
  const command = program
    .command("replay")
    .description("repeat deliveries, by id or by filter; live events go first")
    .argument(
      "[id...]",
      "ids of events, evt_…, or of deliveries, dlv_…; an event that nobody wanted goes to who wants it now",
    )
    .addOption(new Option("--state <state>", "deliveries in this state").choices(STATES))
    .option("--failure <id>", "all dead deliveries of this group of failures, flr_…");
  addTimeOrUrlOptions(addFilterOptions(command), cli)
    .option("--reason <text>", "why, for the record; required without --dry-run")
    .option(
      "--rate <n>",
      "at most this many deliveries per second; 200 unless set",
      parseWholeNumber(RATE_MAX),
    )
    .option("--dry-run", "only count what would be repeated")
    .option("--yes", "do not ask")
    .option("--detach", "do not wait for its end")
    .option("--json", "as one line of JSON; with a URL one for each event")
    .action((ids: string[], options: ReplayOptions) => replay(ids, options, cli));
}

async function replay(ids: string[], options: ReplayOptions, cli: Cli): Promise<void> {
  const { reason, rate, dryRun, yes, detach, to, json, ...rest } = options;
  const fields = { ...rest, ...(typeof to === "number" && { to }) };
  if ((ids.length === 0) === (Object.keys(fields).length === 0)) {
    refuse("Cannot replay: give ids of events or deliveries, or a filter, and not both");
  }
  const failure = ids.find((id) => id.startsWith("flr_"));
  if (failure !== undefined) {
    refuse(`Cannot replay: ${failure} is a failure; all of it: --failure ${failure}`);
  }
  const filter: ReplayFilter = ids.length > 0 ? { ids } : fields;
  if (to instanceof URL) {
    if (rate !== undefined || detach) {
      refuse("Cannot combine --rate or --detach with a URL: events go there one after the other");
    }
    return replayTo(to, { filter, ...(dryRun && { dryRun }), ...(json && { json }) }, cli);
  }
  const wanted = { filter, ...(reason !== undefined && { reason }), ...(rate && { rate }) };
  if (dryRun) return showDryRun(await count(wanted, cli), options, cli);
  if (!reason?.trim()) {
    refuse("Cannot replay without --reason: say why, for the record");
  }
  if (ids.length === 0 && !yes && !(await confirm(wanted, cli))) return;
  const created = await create(wanted, cli);
  if (detach) return writeAnswer(answerOf(created), options, cli);
  const ended = await followReplay(created, cli);
  if (ended.state === "cancelled") throw new CliError(replayText(ended));
  await writeAnswer(answerOf(ended), options, cli);
}

async function showDryRun(
  counted: CreateReplayResponse,
  { json }: JsonOption,
  cli: Cli,
): Promise<void> {
  if (!json) return showCount(counted, { output: cli.stdout, cli });
  const { matched, countedAll, bySubscription } = counted;
  const value = {
    matched,
    countedAll,
    bySubscription: Object.fromEntries(
      bySubscription.map(({ subscription, deliveries }) => [subscription, deliveries]),
    ),
  };
  await write(cli.stdout, `${showJson(value)}\n`);
}

function refuse(problem: string): never {
  throw new CliError(problem, { exitCode: 2 });
}

/** Shows what would be repeated, and asks for confirmation. */
async function confirm(wanted: Wanted, cli: Cli): Promise<boolean> {
  const counted = await count(wanted, cli);
  await showCount(counted, { output: cli.stderr, cli });
  if (counted.matched === 0 && counted.countedAll) return false;
  if (!canAsk(cli)) {
    refuse("Cannot replay without asking: this is not a terminal; pass --yes to replay them");
  }
  if (await askYes(`Replay ${matchedText(counted)}?`, cli)) return true;
  throw new CliError("Nothing was replayed");
}

function count(wanted: Wanted, cli: Cli): Promise<CreateReplayResponse> {
  return createReplay(wanted, { dryRun: true }, cli);
}

async function create(wanted: Wanted, cli: Cli): Promise<Replay> {
  const answer = await createReplay(wanted, { dryRun: false }, cli);
  return answeredReplay(answer.replay, "replay");
}

async function createReplay(
  { filter, reason = "", rate = 0 }: Wanted,
  { dryRun }: { dryRun: boolean },
  cli: Cli,
): Promise<CreateReplayResponse> {
  const request = { filter: replayFilterToMessage(filter), reason, perSecond: rate, dryRun };
  const answer = await askDispatcher(cli, "replay", (admin) => admin.createReplay(request));
  await tellNotes(answer.notes, cli);
  return answer;
}

async function showCount(
  counted: CreateReplayResponse,
  { output, cli }: { output: Output; cli: Cli },
): Promise<void> {
  const { bySubscription, matched, countedAll } = counted;
  if (matched === 0 && countedAll) return tell(cli, "No deliveries match.\n");
  const rows = [...bySubscription]
    .sort((one, other) => other.deliveries - one.deliveries)
    .map(({ subscription, deliveries }) => [showText(subscription), formatCount(deliveries)]);
  const table = formatTable([["SUBSCRIPTION", "DELIVERIES"], ...rows], {
    columns: columnsOf(output),
    shrinkable: [0],
  });
  const match = countedAll && matched === 1 ? "matches" : "match";
  await write(output, `${table}\n${matchedText(counted)} ${match}\n`);
}

function matchedText({ matched, countedAll }: CreateReplayResponse): string {
  return formatDeliveries(matched, countedAll ? "" : " or more");
}

const LOOK_MS = 500;

/** A new replay is among the newest; if many more were made since, it is among all that are kept. */
const LIMITS = [50, 1_000];

/**
 * Follows a replay until it ends, and shows its progress if standard error is a terminal.
 *
 * @throws {CliError} if the operator interrupts it, or an error does.
 */
export async function followReplay(created: Replay, cli: Cli): Promise<Replay> {
  const { id } = created;
  const progress = progressLine(cli);
  const stop = new AbortController();
  const { promise: interrupted, resolve } = Promise.withResolvers<null>();
  const forget = cli.onInterrupt(() => resolve(null));
  try {
    const ended = await askDispatcher(cli, `follow ${id}`, (admin) => {
      const { signal } = stop;
      return Promise.race([interrupted, untilEnded(created, { admin, progress, signal })]);
    }).catch((error: unknown) => {
      if (!(error instanceof CliError && error.cause instanceof RpcError)) throw error;
      const where = `${error.message}; npx hookgate replays shows how far ${id} is`;
      throw new CliError(where, { cause: error });
    });
    if (ended !== null) return ended;
    throw new CliError(
      `Stopped following ${id}, which continues: npx hookgate cancel ${id} cancels it`,
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
  throw new CliError(`Cannot follow ${id}: it is no longer kept`);
}

/** Short enough for 80 columns: `rpl_…: 620 of 1,234 made, 50 %`. */
function progressText(replay: Replay): string {
  const { id, state, made, expected } = replay;
  // If not all could be counted, it makes more than expected.
  const share = expected ? `, ${Math.min(100, Math.floor((100 * made) / expected))} %` : "";
  const paused = state === "paused" ? ", paused" : "";
  return `${id}: ${madeText(replay)} made${share}${paused}`;
}
