import type { ListSubscriptionsResponse, SubscriptionStatusMessage } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, columnsOf, tell, write } from "../cli.ts";
import { formatAge, formatBounded, formatCount, formatTime } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { formatNotedTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

interface SubscriptionsOptions {
  json?: true;
}

/** Adds `hookgate subscriptions`: all of them, their state and their backlog. */
export function addSubscriptions(program: Command, cli: Cli): void {
  program
    .command("subscriptions")
    .description("list subscriptions with their state and their backlog")
    .option("--json", "one JSON object per line")
    .action((options: SubscriptionsOptions) => listSubscriptions(options, cli));
}

async function listSubscriptions({ json }: SubscriptionsOptions, cli: Cli): Promise<void> {
  const listed = await askDispatcher(cli, "list subscriptions", (admin) =>
    admin.listSubscriptions({}),
  );
  const { subscriptions } = listed;
  if (json) await write(cli.stdout, subscriptions.map(toLine).join(""));
  else if (subscriptions.length > 0) await write(cli.stdout, toTable(listed, cli));
  else await tell(cli, "No subscriptions.\n");
}

function toLine(subscription: SubscriptionStatusMessage): string {
  const { name, kind, target, types, sources, orderBy, opened } = subscription;
  const { pause, running, backlog, oldestDueAtMs, breaker, streams } = subscription;
  const line = {
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
    streams,
  };
  return `${showJson(line)}\n`;
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
    const notes = [targetText(subscription), pause?.reason ?? ""];
    return { cells: cells.map(showText), notes: notes.map(showText) };
  });
  const title = {
    cells: ["NAME", "KIND", "STATE", "RUNNING", "BACKLOG", "DUE"],
    notes: ["TARGET", "REASON"],
  };
  const columns = columnsOf(cli.stdout);
  return formatNotedTable([title, ...rows], { columns, shrinkable: [0, 2] });
}

/** The strongest reason why it gets no events, or `active`. */
function stateText({ kind, pause, breaker, streams }: SubscriptionStatusMessage): string {
  if (pause !== null) return `paused: ${pause.by}`;
  if (breaker !== "" && breaker !== "closed") return `breaker ${breaker}`;
  return kind === "stream" && streams === 0 ? "no consumer" : "active";
}

function dueText(dueAt: number, now: number): string {
  return dueAt > now ? `in ${formatAge(dueAt - now)}` : `${formatAge(now - dueAt)} ago`;
}

function targetText({ kind, target, streams }: SubscriptionStatusMessage): string {
  if (kind !== "stream") return target;
  return `${formatCount(streams)} ${streams === 1 ? "stream" : "streams"}`;
}
