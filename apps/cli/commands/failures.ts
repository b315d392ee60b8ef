import type { AdminHandlers, FailureGroupMessage } from "@hookgate/rpc";
import { type Command, Option } from "commander";
import { type Cli, CliError, EXIT, screenOf, tell, write } from "../cli.ts";
import { addJson, type JsonOption, plainMessage, writeAnswer, writeList } from "../show/answer.ts";
import { formatAge, formatCount, formatDeliveries, formatTime } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { formatFields, formatNotedTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { changeTable } from "./changes.ts";
import { LIMIT_DEFAULT, parseLimit } from "./options.ts";
import { followPages, type Page, type PageRequest } from "./pages.ts";

interface ListOptions {
  subscription?: string;
  state?: (typeof STATES)[number];
  all?: true;
  limit: number;
  json?: true;
}

const STATES = ["open", "acknowledged", "resolved"] as const;

/** Without --state and --all: what may need somebody. */
const STATES_DEFAULT: readonly string[] = ["open", "acknowledged"];

/** Adds `hookgate failures`: why deliveries fail, each cause once. */
export function addFailures(program: Command, cli: Cli): void {
  const failures = program
    .command("failures")
    .description("show why deliveries fail, each cause once");
  failures
    .command("list", { isDefault: true })
    .description("list causes, the one that failed last first")
    .option("--subscription <subscription>", "of this subscription")
    .addOption(new Option("--state <state>", "in this state").choices(STATES))
    .option("--all", "resolved ones, too")
    .option("--limit <n>", "at most this many", parseLimit, LIMIT_DEFAULT)
    .option("--json", "one JSON object per line")
    .action((options: ListOptions) => listFailures(options, cli));
  failures
    .command("show")
    .description("show one cause, and what changed before it began")
    .argument("<failure>", "its id, flr_…")
    .option("--json", "as one line of JSON")
    .action((id: string, options: { json?: true }) => showFailure(id, options, cli));
  for (const [name, description] of [
    ["acknowledge", "say that somebody knows of a cause"],
    ["resolve", "say that a cause is gone; it is open again once it fails again"],
  ] as const) {
    const command = failures
      .command(name)
      .description(description)
      .argument("<failure>", "its id, flr_…")
      .option("--reason <text>", "why, for the record");
    addJson(command).action((id: string, options: ReasonOptions) => mark(name, id, options, cli));
  }
}

interface ReasonOptions extends JsonOption {
  reason?: string;
}

async function listFailures(options: ListOptions, cli: Cli): Promise<void> {
  const { limit, json, state, all, subscription = "" } = options;
  const states = state ? [state] : all ? [] : [...STATES_DEFAULT];
  await askDispatcher(cli, "list failures", async (admin) => {
    const ask = (page: PageRequest) => failurePage(admin, { subscription, states }, page);
    await writeList(followPages(ask, { limit, cli }), {
      cli,
      json,
      value: describe,
      table: toTable,
      none: "No failures.",
      below: "One of them, and what changed before: npx hookgate failures show <id>",
    });
  });
}

async function failurePage(
  admin: AdminHandlers,
  filter: { subscription: string; states: string[] },
  page: PageRequest,
): Promise<Page<FailureGroupMessage>> {
  const answer = await admin.listFailures({ ...filter, ...page });
  return { ...answer, rows: answer.failures };
}

function toTable(groups: readonly FailureGroupMessage[], cli: Cli): string {
  const rows = groups.map((group) => ({
    cells: [
      group.id,
      group.subscription,
      stateOf(group),
      formatCount(group.attempts),
      formatCount(group.dead),
      rateOf(group),
      `${formatAge(cli.now() - group.firstAtMs)} ago`,
      `${formatAge(cli.now() - group.lastAtMs)} ago`,
    ].map(showText),
    notes: [whatOf(group), whereOf(group)].map(showText),
  }));
  const titles = [
    "FAILURE",
    "SUBSCRIPTION",
    "STATE",
    "ATTEMPTS",
    "DEAD",
    "LAST HOUR",
    "BEGAN",
    "LAST",
  ];
  const title = { cells: titles, notes: ["WHAT", "WHERE"] };
  return formatNotedTable([title, ...rows], { ...screenOf(cli), shrinkable: [1] });
}

async function showFailure(id: string, { json }: { json?: true }, cli: Cli): Promise<void> {
  const { failure, changesBefore } = await askDispatcher(cli, "show the failure", (admin) =>
    admin.getFailure({ id }),
  );
  if (failure === null) throw new CliError(`Cannot show ${id}: the answer is empty`);
  if (json) return write(cli.stdout, `${showJson(describe(failure))}\n`);
  const { dead } = failure;
  await write(cli.stdout, `${showText(whatOf(failure))}\n${fieldsOf(failure)}`);
  if (changesBefore.length > 0) {
    await write(cli.stdout, `\nchanged in the 24 hours before\n${changeTable(changesBefore, cli)}`);
  }
  const replay = `npx hookgate replay --failure ${showText(id)} --reason "…"`;
  if (dead > 0) await tell(cli, `\nReplay ${formatDeliveries(dead)}: ${replay}\n`);
}

function fieldsOf(group: FailureGroupMessage): string {
  const { stateAtMs, stateBy, stateReason } = group;
  const said = stateAtMs === undefined ? "" : ` since ${formatTime(stateAtMs)}, by ${stateBy}`;
  return formatFields([
    ["id", group.id],
    ["subscription", group.subscription],
    ["state", `${stateOf(group)}${said}${stateReason === "" ? "" : `: ${stateReason}`}`],
    ["where", whereOf(group)],
    ["file", group.fileSha256 === "" ? "" : `${group.target}, SHA-256 ${group.fileSha256}`],
    ["began", formatTime(group.firstAtMs)],
    ["last", formatTime(group.lastAtMs)],
    ["attempts", `${formatCount(group.attempts)}, ${formatDeliveries(group.dead)} dead`],
    ["last hour", rateOf(group)],
    ["delivery", `${group.deliveryId} of ${group.eventId}`],
    ["error", group.error],
  ]);
}

async function mark(
  what: "acknowledge" | "resolve",
  id: string,
  options: ReasonOptions,
  cli: Cli,
): Promise<void> {
  const { reason } = options;
  if (!id.startsWith("flr_")) {
    const shown = JSON.stringify(id);
    const problem = `Cannot ${what} ${shown}: give the id of a failure, flr_…`;
    throw new CliError(problem, { exitCode: EXIT.misused });
  }
  const request = { id, ...(reason !== undefined && { reason }) };
  const { failure } = await askDispatcher(cli, `${what} the failure`, (admin) =>
    what === "resolve" ? admin.resolveFailure(request) : admin.acknowledgeFailure(request),
  );
  if (failure === null) throw new CliError(`Cannot ${what} ${id}: the answer is empty`);
  const text = `${id} of ${failure.subscription} is ${failure.state}`;
  await writeAnswer({ text, value: describe(failure) }, options, cli);
}

/** A group as `failures --json` prints it, one per line: a form that programs can rely on. */
function describe(group: FailureGroupMessage): Record<string, unknown> {
  const { firstAtMs, lastAtMs, stateAtMs, ...same } = plainMessage(group);
  return {
    ...same,
    firstAt: formatTime(firstAtMs),
    lastAt: formatTime(lastAtMs),
    stateAt: stateAtMs === undefined ? null : formatTime(stateAtMs),
  };
}

function stateOf({ state, returned }: FailureGroupMessage): string {
  return returned ? `${state}, again` : state;
}

/** `12, was 3`: this hour and the one before. */
function rateOf({ lastHour, hourBefore }: FailureGroupMessage): string {
  return `${formatCount(lastHour)}, was ${formatCount(hourBefore)}`;
}

/** `TypeError: Cannot read …`; how it ended, if the message does not say. */
export function whatOf({ kind, errorClass, message }: FailureGroupMessage): string {
  const isSaid = errorClass === "" || message.includes(errorClass);
  const text = isSaid ? message || kind : message === "" ? errorClass : `${errorClass}: ${message}`;
  const ended = kind.replace("_", " ");
  const isSaidToo = kind === "failed" || kind === "other" || text.includes(ended);
  return isSaidToo ? text : `${ended}: ${text}`;
}

function whereOf({ frame, target }: FailureGroupMessage): string {
  return frame === "" ? target : `${frame}, of ${target}`;
}
