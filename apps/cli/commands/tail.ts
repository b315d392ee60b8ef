import { setTimeout as delay } from "node:timers/promises";
import { type AdminHandlers, RpcError } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, CliError, tell, write } from "../cli.ts";
import { describeEvent } from "../show/describe.ts";
import { formatTime } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { sumUp } from "./events.ts";
import { addFilterOptions, addFrom, type FilterOptions } from "./options.ts";
import { followPages, type ListedEvent, listEventPage } from "./pages.ts";

/** Between two looks, in milliseconds. */
const LOOK_MS = 500;

/** Between two tries to reach a dispatcher that is away, in milliseconds. */
const AWAY_MS = 2_000;

/** An event can be stored this long after the time in its id, in milliseconds: each look goes that far back. */
const LATE_MS = 10_000;

/** Events of one look: with more, the older ones are counted instead of shown. */
const LOOK_EVENTS_MAX = 1_000;

interface TailOptions extends FilterOptions {
  from?: number;
  json?: true;
}

/** Adds `hookgate tail`: events as they come, until Ctrl-C. */
export function addTail(program: Command, cli: Cli): void {
  const command = program.command("tail").description("show events as they come, until Ctrl-C");
  addFrom(addFilterOptions(command), cli)
    .option("--json", "one JSON object per line")
    .action((options: TailOptions) => tail(options, cli));
}

async function tail({ json, from, ...filter }: TailOptions, cli: Cli): Promise<void> {
  const stop = new AbortController();
  const forget = cli.onInterrupt(() => stop.abort());
  const seen = new SeenEvents(from);
  let isAway = false;
  const answered = async () => {
    if (isAway) await tell(cli, "The dispatcher is back.\n");
    isAway = false;
  };
  try {
    while (!stop.signal.aborted) {
      await askDispatcher(cli, "show events", (admin) =>
        look(admin, { filter, json, seen, signal: stop.signal, cli, answered }),
      ).catch(async (error: unknown) => {
        // The first answer has to come: else nothing would ever be shown.
        if (!seen.begun || seen.looks === 0 || !isOutage(error)) throw error;
        if (!isAway) await tell(cli, `${showText(String((error as Error).message))}; waiting\n`);
        isAway = true;
        await delay(AWAY_MS, undefined, { signal: stop.signal });
      });
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    forget();
  }
}

function isOutage(error: unknown): boolean {
  const { cause } = error as CliError;
  return (
    error instanceof CliError &&
    cause instanceof RpcError &&
    ["UNAVAILABLE", "DEADLINE_EXCEEDED"].includes(cause.code)
  );
}

interface LookOptions {
  filter: FilterOptions;
  json: true | undefined;
  seen: SeenEvents;
  signal: AbortSignal;
  cli: Cli;
  /** Called with each answer, before it is shown. */
  answered: () => Promise<void>;
}

async function look(
  admin: AdminHandlers,
  { filter, json, seen, signal, cli, answered }: LookOptions,
): Promise<void> {
  for (;;) {
    // The newest one alone tells where to begin.
    const isSearch = !seen.begun && seen.looks === 0;
    const limit = isSearch ? 1 : LOOK_EVENTS_MAX;
    const wanted = { ...filter, ...(!isSearch && { from: seen.from }) };
    const fresh: ListedEvent[] = [];
    const ask = (page: Parameters<typeof listEventPage>[2]) => listEventPage(admin, wanted, page);
    const options = { limit, cli: seen.looks === 0 ? cli : null };
    for await (const page of followPages(ask, options)) {
      // Newest first: everything behind one that is known is older than what is looked for.
      fresh.push(...page.filter(({ event }) => !seen.has(event.id)));
    }
    await answered();
    const { begun } = seen;
    seen.add(fresh.map(({ event }) => event.id));
    if (!begun) continue;
    if (fresh.length === LOOK_EVENTS_MAX) await tell(cli, "… and more before these:\n");
    for (const one of fresh.toReversed()) await write(cli.stdout, lineOf(one, { json, filter }));
    await delay(LOOK_MS, undefined, { signal });
  }
}

function lineOf(
  { event, deliveries }: ListedEvent,
  { json, filter }: Pick<LookOptions, "json" | "filter">,
): string {
  if (json) return `${showJson(describeEvent(event, deliveries))}\n`;
  const { id, source, type, receivedAt } = event;
  const flags = event.flags.join(",");
  const texts = [formatTime(receivedAt), id, source, type, sumUp(deliveries, filter)];
  return `${[...texts, ...(flags === "" ? [] : [flags])].map(showText).join("  ")}\n`;
}

/** The events that were shown, as far back as a look goes. */
class SeenEvents {
  readonly #start: number | undefined;
  #ids = new Set<string>();
  #newest = "";
  looks = 0;

  /** From when events are shown that came before the first look, in milliseconds since 1970. */
  constructor(start?: number) {
    this.#start = start;
  }

  /** The first look finds the newest event, the second those that came shortly before it: they are not shown. */
  get begun(): boolean {
    return this.#start !== undefined || this.looks >= 2;
  }

  /** Where a look begins, in milliseconds since 1970. */
  get from(): number {
    return Math.max(this.#start ?? 0, timeOf(this.#newest) - LATE_MS);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(ids: readonly string[]): void {
    this.looks += 1;
    for (const id of ids) {
      this.#ids.add(id);
      if (id > this.#newest) this.#newest = id;
    }
    const oldest = this.from - LATE_MS;
    this.#ids = new Set([...this.#ids].filter((id) => timeOf(id) >= oldest));
  }
}

/** The time in an event's id; 0 for none. */
function timeOf(id: string): number {
  return id === "" ? 0 : Number.parseInt(id.slice(4, 16), 16);
}
