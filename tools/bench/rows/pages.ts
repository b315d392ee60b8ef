import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RpcClient } from "@hookgate/rpc";
import type { Page } from "playwright-core";
import { findChromium } from "../../console/find_chromium.ts";
import { openBrowser } from "../../console/open_browser.ts";
import type { Apps } from "../../processes/apps.ts";
import { runProgram } from "../../processes/child_program.ts";
import { connectAdmin, prepareGateway } from "../gateway.ts";
import type { FillPlan } from "../programs/fill_store.ts";
import { type Entrant, type RaceArguments, type Round, type Runner, race } from "../race.ts";

/** Options of `npm run bench -- pages`. */
export interface PagesArguments extends Omit<RaceArguments, "seconds"> {
  events: number;
  bytes: number;
  /** A folder whose stores are filled once, and used again by the next run. */
  keep?: string;
}

const COLUMNS = [
  { name: "filtered page p95 ms", digits: 1, ratio: "÷ first" },
  { name: "dead page p95 ms", digits: 1, ratio: "÷ first" },
  { name: "one event p95 ms", digits: 1, ratio: "÷ first" },
  { name: "24 h chart p95 ms", digits: 1, ratio: "÷ first" },
  { name: "24 h by type p95 ms", digits: 1, ratio: "÷ first" },
  { name: "paste an id: shown p95 ms", digits: 0, ratio: "÷ first" },
  { name: "`events --subscription`, no match: s", digits: 2 },
  { name: "`events`: s", digits: 2 },
] as const;

/** The store that the others are compared with. */
const SMALL_EVENTS = 10_000;

/** Types that the events have in turn. */
const TYPES = Array.from({ length: 50 }, (_, n) => `order.kind_${n}`);

/** Calls of one kind in a round. */
const CALLS = 100;

/** Ids that are pasted, and charts with a line for each type, in a round. */
const PASTES = 40;
const TYPED_CHARTS = 20;

const PAGE_EVENTS = 50;

const DAY_MS = 86_400_000;

/** What `listEvents` is asked without a filter. */
const EVERYTHING = {
  source: "",
  type: "",
  state: "DELIVERY_STATE_UNSPECIFIED",
  unhandled: false,
  pageSize: PAGE_EVENTS,
  pageToken: "",
  subscription: "",
} as const;

/** What `getMetricSeries` is asked for the chart of a day. */
const DAY = { windowMs: DAY_MS, stepMs: 0, source: "", type: "", subscription: "", seriesMax: 0 };

const COMMAND_LINE = join(import.meta.dirname, "../../../apps/cli/main.ts");

interface Store extends Runner {
  client: RpcClient;
  /** Runs a command as an operator does; returns the seconds it took. */
  run(args: readonly string[]): Promise<number>;
  /** The console in a browser; null if there is none. */
  page: Page | null;
}

/** Measures pages of a store of a few events and of one of many: filtered ones, one event, charts, the console, commands. */
export async function benchPages(options: PagesArguments): Promise<void> {
  const { rounds, events, bytes, json } = options;
  await race({
    entrants: [SMALL_EVENTS, events].map((count) => filled(count, options)),
    rounds,
    measure: (store) => measure(store),
    title: `pages of ${PAGE_EVENTS}: events of ${bytes} B`,
    columns: COLUMNS,
    json,
  });
}

function filled(events: number, { bytes, keep }: PagesArguments): Entrant<Store> {
  return {
    name: `${events} events`,
    async start(temporary) {
      const folder = keep === undefined ? temporary : join(keep, String(events));
      const apps = await prepareGateway(folder, {
        subscriptions: `all: { events: ["never"], stream: true }, none: { events: ["never"], stream: true }`,
      });
      await fillOnce(apps, { events, bytes });
      const dispatcher = await apps.start("dispatcher");
      const client = connectAdmin(apps);
      await using starting = new AsyncDisposableStack();
      const page = await openConsole(apps, starting);
      const opened = starting.move();
      return {
        client,
        page,
        async run(args) {
          const env = { ...process.env, ...apps.env };
          const startedAt = performance.now();
          await promisify(execFile)(process.execPath, [COMMAND_LINE, ...args], { env });
          return (performance.now() - startedAt) / 1_000;
        },
        async stop() {
          await opened.disposeAsync();
          client.close();
          await dispatcher.stop();
        },
      };
    },
  };
}

/** Fills the store, if that was not done before: then it is in its place. */
async function fillOnce(
  { dataDir }: Apps,
  { events, bytes }: Pick<PagesArguments, "events" | "bytes">,
): Promise<void> {
  const done = `${dataDir}.filled`;
  if (existsSync(done)) return;
  await rm(dataDir, { recursive: true, force: true });
  const plan: FillPlan = {
    ...{ dataDir, subscriptions: ["all"], events, bodyBytes: bytes, types: TYPES },
    ...{ become: "delivered", overMs: DAY_MS },
  };
  await runProgram(join(import.meta.dirname, "../programs/fill_store.ts"), plan);
  await mkdir(done);
}

/** Opens the console's list of events, in a browser of its own. */
async function openConsole(apps: Apps, open: AsyncDisposableStack): Promise<Page | null> {
  const chromium = findChromium(process.env);
  if (chromium === null) {
    console.error("not measured: the console: there is no Chromium, or name it in CHROMIUM_PATH");
    return null;
  }
  const program = await apps.start("console");
  open.defer(() => program.stop());
  const browser = open.use(await openBrowser(chromium, program.ready.replace("console ", "")));
  return browser.open("/events", { before: PASTE });
}

/**
 * In the page: pastes an id, and gives the milliseconds until the frame after the one in which the event is shown, with its
 * headers, which stand last.
 */
const PASTE = `window.pasteId = (id) => new Promise((resolve) => {
  const startedAt = performance.now();
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", id);
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  const look = () => {
    const shown = location.pathname.endsWith(id) && document.querySelector(".lead")?.textContent.includes(id) &&
      document.querySelector("table.headers td");
    if (shown) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - startedAt)));
    else requestAnimationFrame(look);
  };
  look();
})`;

async function measure({ client, run, page }: Store): Promise<Round> {
  const { admin } = client;
  const list = (filter: { type?: string; state?: "DELIVERY_STATE_DEAD" }) =>
    admin.listEvents({ ...EVERYTHING, ...filter });
  const ids: string[] = [];
  const filtered = await p95(async (call) => {
    const { events } = await list({ type: TYPES[call % TYPES.length] ?? "" });
    ids.push(...events.slice(0, 1).map(({ event }) => event?.id ?? ""));
  });
  const idOf = (call: number) => ids[call % ids.length] ?? "";
  return {
    "filtered page p95 ms": filtered,
    "dead page p95 ms": await p95(() => list({ state: "DELIVERY_STATE_DEAD" })),
    "one event p95 ms": await p95((call) => admin.getEvent({ id: idOf(call) })),
    "24 h chart p95 ms": await p95(() => admin.getMetricSeries({ ...DAY, groupBy: "" })),
    "24 h by type p95 ms": await p95(
      () => admin.getMetricSeries({ ...DAY, groupBy: "type" }),
      TYPED_CHARTS,
    ),
    ...(page && { "paste an id: shown p95 ms": await pasted(page, idOf) }),
    "`events --subscription`, no match: s": await run(["events", "--subscription", "none"]),
    "`events`: s": await run(["events"]),
  };
}

async function pasted(page: Page, idOf: (number: number) => string): Promise<number> {
  const times: number[] = [];
  for (let number = 0; number < PASTES; number += 1) {
    times.push(await page.evaluate<number>(`window.pasteId(${JSON.stringify(idOf(number))})`));
  }
  return p95Of(times);
}

async function p95(call: (number: number) => Promise<unknown>, calls = CALLS): Promise<number> {
  const times: number[] = [];
  for (let number = 0; number < calls; number += 1) {
    const startedAt = performance.now();
    await call(number);
    times.push(performance.now() - startedAt);
  }
  return p95Of(times);
}

function p95Of(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
}
