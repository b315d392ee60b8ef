import { type CreateReplayResponse, replayFilterToMessage } from "@hookgate/rpc";
import type { Replay, ReplayFilter } from "@hookgate/types";
import { type Command, Option } from "commander";
import { type Cli, columnsOf, type Output, write } from "../cli.ts";
import { CliError } from "../cli_error.ts";
import { answeredReplay, replayText } from "../show/describe_replay.ts";
import { formatCount, formatDeliveries } from "../show/format_count.ts";
import { formatTable } from "../show/format_table.ts";
import { showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { askYes, canAsk } from "./ask_yes.ts";
import {
  addFilterOptions,
  addTimeOptions,
  type FilterOptions,
  type TimeOptions,
} from "./filter_options.ts";
import { followReplay } from "./follow_replay.ts";
import { parseWholeNumber } from "./parse_whole_number.ts";

interface ReplayOptions extends FilterOptions, TimeOptions {
  state?: (typeof STATES)[number];
  reason?: string;
  rate?: number;
  dryRun?: true;
  yes?: true;
  detach?: true;
}

/** What is to be repeated, and how. */
type Asked = Pick<ReplayOptions, "reason" | "rate"> & { filter: ReplayFilter };

/** Only what has ended can be repeated. */
const STATES = ["delivered", "dead", "cancelled"] as const;

/** Deliveries in a second. */
const RATE_MAX = 10_000;

/** Adds `hookgate replay`: makes new deliveries of what was received. */
export function addReplay(program: Command, cli: Cli): void {
  const command = program
    .command("replay")
    .description("repeat deliveries, of given events or by filter; live events go first")
    .argument("[id...]", "ids of events, evt_…, or of deliveries, dlv_…")
    .addOption(new Option("--state <state>", "whose latest delivery is in it").choices(STATES));
  addTimeOptions(addFilterOptions(command), cli)
    .option("--reason <text>", "why, for whoever looks at it later; needed unless --dry-run")
    .option("--rate <n>", "deliveries in a second at most", parseWholeNumber(RATE_MAX))
    .option("--dry-run", "only count what would be repeated")
    .option("--yes", "without asking")
    .option("--detach", "without following it to its end")
    .action((ids: string[], options: ReplayOptions) => replay(ids, options, cli));
}

async function replay(ids: string[], options: ReplayOptions, cli: Cli): Promise<void> {
  const { reason, rate, dryRun, yes, detach, ...fields } = options;
  if ((ids.length === 0) === (Object.keys(fields).length === 0)) {
    refuse("Cannot replay: give ids of events or deliveries, or a filter, and not both");
  }
  const filter: ReplayFilter = ids.length > 0 ? { ids } : fields;
  const asked = { filter, ...(reason !== undefined && { reason }), ...(rate && { rate }) };
  if (dryRun) return showCount(await count(asked, cli), { output: cli.stdout, cli });
  if (!reason?.trim()) {
    refuse("Cannot replay without --reason: say why, for whoever looks at it later");
  }
  if (ids.length === 0 && !yes && !(await confirm(asked, cli))) return;
  const created = await create(asked, cli);
  if (detach) return write(cli.stdout, `${showText(replayText(created))}\n`);
  const ended = await followReplay(created, cli);
  if (ended.state === "cancelled") throw new CliError(replayText(ended));
  await write(cli.stdout, `${showText(replayText(ended))}\n`);
}

function refuse(problem: string): never {
  throw new CliError(problem, { exitCode: 2 });
}

/** Says what would be repeated, and asks whether it shall be. */
async function confirm(asked: Asked, cli: Cli): Promise<boolean> {
  const counted = await count(asked, cli);
  await showCount(counted, { output: cli.stderr, cli });
  if (counted.matched === 0 && counted.countedAll) return false;
  if (!canAsk(cli)) {
    refuse("Cannot replay without asking: this is no terminal; say --yes to replay them");
  }
  if (await askYes(`Replay ${matchedText(counted)}?`, cli)) return true;
  throw new CliError("Nothing is replayed");
}

function count(asked: Asked, cli: Cli): Promise<CreateReplayResponse> {
  return createReplay(asked, { dryRun: true }, cli);
}

async function create(asked: Asked, cli: Cli): Promise<Replay> {
  const answer = await createReplay(asked, { dryRun: false }, cli);
  return answeredReplay(answer.replay, "replay");
}

function createReplay(
  { filter, reason = "", rate = 0 }: Asked,
  { dryRun }: { dryRun: boolean },
  cli: Cli,
): Promise<CreateReplayResponse> {
  const request = { filter: replayFilterToMessage(filter), reason, perSecond: rate, dryRun };
  return askDispatcher(cli, "replay", (admin) => admin.createReplay(request));
}

async function showCount(
  counted: CreateReplayResponse,
  { output, cli }: { output: Output; cli: Cli },
): Promise<void> {
  const { bySubscription, matched, countedAll } = counted;
  if (matched === 0 && countedAll) return write(cli.stderr, "No deliveries match.\n");
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
