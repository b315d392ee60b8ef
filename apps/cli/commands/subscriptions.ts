import type { ListSubscriptionsResponse, SubscriptionStatusMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, CliError, EXIT, screenOf } from "../cli.ts";
import { addJson, type JsonOption, writeAnswer, writeList } from "../show/answer.ts";
import {
  formatAge,
  formatBounded,
  formatCount,
  formatDeliveries,
  formatTime,
} from "../show/format.ts";
import { progressLine } from "../show/progress_line.ts";
import { showText } from "../show/show_text.ts";
import { formatNotedTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { askYes, canAsk } from "./ask_yes.ts";
import { tellUnknownNames } from "./pages.ts";

interface SubscriptionsOptions {
  json?: true;
}

interface ChangeOptions extends JsonOption {
  type?: string[];
  source?: string[];
  reason: string;
}

interface DeleteOptions extends JsonOption {
  reason: string;
  yes?: true;
}

/** Deletion is repeated until it is done; attempts that still run may take this long, in milliseconds. */
const DELETE_MS_MAX = 60_000;

/** Adds `hookgate subscriptions`: lists them, changes the filter of one, deletes one. */
export function addSubscriptions(program: Command, cli: Cli): void {
  const subscriptions = program
    .command("subscriptions")
    .description("list, change and delete subscriptions");
  subscriptions
    .command("list", { isDefault: true })
    .description("list subscriptions with their state and their backlog")
    .option("--json", "one JSON object per line")
    .action((options: SubscriptionsOptions) => listSubscriptions(options, cli));
  const change = subscriptions
    .command("change")
    .description("replace the filter of a subscription that a subscriber opened, for new events")
    .argument("<name>", "the subscription's name")
    .option("--type <type...>", "types to receive, exact or with *; unless given they stay")
    .option("--source <source...>", "sources to receive from, exact or with *")
    .requiredOption("--reason <text>", "why, for the record");
  addJson(change).action((name: string, options: ChangeOptions) =>
    changeSubscription(name, options, cli),
  );
  const remove = subscriptions
    .command("delete")
    .description("delete a subscription that is not in the configuration, with what waits for it")
    .argument("<name>", "the subscription's name")
    .requiredOption("--reason <text>", "why, for the record")
    .option("--yes", "do not ask");
  addJson(remove).action((name: string, options: DeleteOptions) =>
    deleteSubscription(name, options, cli),
  );
}

async function changeSubscription(name: string, options: ChangeOptions, cli: Cli): Promise<void> {
  const { type: types = [], source: sources = [], reason } = options;
  if (types.length + sources.length === 0) {
    const problem = `Cannot change ${name}: give --type or --source`;
    throw new CliError(problem, { exitCode: EXIT.misused });
  }
  const now = await askDispatcher(cli, "change the subscription", async (admin) => {
    await tellUnknownNames(admin, { sources, types }, cli);
    return admin.changeSubscription({ name, types, sources, reason });
  });
  const filter = `types ${now.types.join(", ")}; sources ${now.sources.join(", ")}`;
  const text = `${name} ${now.changed ? "has" : "already had"} ${filter}`;
  const value = { name, changed: now.changed, types: now.types, sources: now.sources };
  await writeAnswer({ text, value }, options, cli);
}

async function deleteSubscription(name: string, options: DeleteOptions, cli: Cli): Promise<void> {
  const { reason, yes } = options;
  if (!reason.trim()) {
    throw new CliError("Cannot delete without --reason: say why, for the record", {
      exitCode: EXIT.misused,
    });
  }
  if (!yes) await confirmDeletion(name, cli);
  const endAt = cli.now() + DELETE_MS_MAX;
  const progress = progressLine(cli);
  for (let sum = 0; ; ) {
    await progress.show(`deleting ${name}: ${formatDeliveries(sum)} cancelled`);
    const { cancelled, done } = await askDispatcher(cli, "delete the subscription", (admin) =>
      admin.deleteSubscription({ name, reason }),
    ).finally(() => progress.clear());
    sum += cancelled;
    const what = `${formatDeliveries(sum)} cancelled`;
    const text = `${name} is deleted, ${what}`;
    if (done) return writeAnswer({ text, value: { name, cancelled: sum } }, options, cli);
    if (cli.now() >= endAt) {
      throw new CliError(
        `${name} is still being deleted, ${what}: attempts run; the dispatcher finishes it by itself`,
      );
    }
  }
}

/** Shows how many deliveries would be cancelled, and asks. */
async function confirmDeletion(name: string, cli: Cli): Promise<void> {
  const { subscriptions, backlogCountedMax } = await askDispatcher(
    cli,
    "delete the subscription",
    (admin) => admin.listSubscriptions({}),
  );
  const found = subscriptions.find((one) => one.name === name);
  if (!found) {
    throw new CliError(`Cannot delete the subscription: there is no subscription ${name}`);
  }
  if (!canAsk(cli)) {
    const problem = "Cannot delete without asking: this is not a terminal; pass --yes to delete it";
    throw new CliError(problem, { exitCode: EXIT.misused });
  }
  const more = found.backlog >= backlogCountedMax ? " or more" : "";
  const waiting = formatDeliveries(found.backlog, more);
  if (await askYes(showText(`Delete ${name} and cancel ${waiting}?`), cli)) return;
  throw new CliError("Nothing was deleted");
}

async function listSubscriptions({ json }: SubscriptionsOptions, cli: Cli): Promise<void> {
  const listed = await askDispatcher(cli, "list subscriptions", (admin) =>
    admin.listSubscriptions({}),
  );
  await writeList([listed.subscriptions], {
    cli,
    json,
    value: describe,
    table: () => toTable(listed, cli),
    none: "No subscriptions.",
  });
}

function describe(subscription: SubscriptionStatusMessage) {
  const { name, kind, target, types, sources, orderBy, opened } = subscription;
  const { pause, running, backlog, oldestDueAtMs, breaker, streams, heldUntilMs } = subscription;
  return {
    name,
    kind,
    state: stateText(subscription),
    pause: pause && { by: pause.by, reason: pause.reason, at: formatTime(pause.atMs) },
    running,
    backlog,
    oldestDueAt: oldestDueAtMs === undefined ? null : formatTime(oldestDueAtMs),
    target,
    types,
    sources,
    orderBy,
    opened,
    breaker,
    heldUntil: heldUntilMs === undefined ? null : formatTime(heldUntilMs),
    streams,
  };
}

function toTable(
  { subscriptions, backlogCountedMax }: ListSubscriptionsResponse,
  cli: Cli,
): string {
  const now = cli.now();
  const rows = subscriptions.map((subscription) => {
    const { name, kind, running, backlog, oldestDueAtMs, pause } = subscription;
    const cells = [
      name,
      kind,
      stateText(subscription),
      formatCount(running),
      formatBounded(backlog, backlogCountedMax),
      oldestDueAtMs === undefined ? "" : dueText(oldestDueAtMs, now),
    ];
    const notes = [targetText(subscription), pause?.reason ?? heldText(subscription)];
    return { cells: cells.map(showText), notes: notes.map(showText) };
  });
  const title = {
    cells: ["NAME", "KIND", "STATE", "RUNNING", "BACKLOG", "DUE"],
    notes: ["TARGET", "REASON"],
  };
  const screen = screenOf(cli);
  return formatNotedTable([title, ...rows], { ...screen, shrinkable: [0, 2] });
}

/** The strongest reason why it gets no events, or `active`. */
function stateText({ kind, pause, breaker, ...rest }: SubscriptionStatusMessage): string {
  const { streams, heldUntilMs } = rest;
  if (pause !== null) return `paused: ${pause.by}`;
  if (breaker !== "" && breaker !== "closed") return `breaker ${breaker}`;
  if (heldUntilMs !== undefined) return "held";
  return kind === "stream" && streams === 0 ? "no consumer" : "active";
}

function heldText({ heldUntilMs }: SubscriptionStatusMessage): string {
  if (heldUntilMs === undefined) return "";
  return `it wants nothing until ${formatTime(heldUntilMs)}`;
}

function dueText(dueAt: number, now: number): string {
  return dueAt > now ? `in ${formatAge(dueAt - now)}` : `${formatAge(now - dueAt)} ago`;
}

function targetText({ kind, target, streams }: SubscriptionStatusMessage): string {
  if (kind !== "stream") return target;
  return `${formatCount(streams)} ${streams === 1 ? "stream" : "streams"}`;
}
