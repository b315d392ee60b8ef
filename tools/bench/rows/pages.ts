import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RpcClient } from "@hookgate/rpc";
import { runProgram } from "../../processes/child_program.ts";
import { connectAdmin, prepareGateway } from "../gateway.ts";
import type { FillPlan } from "../programs/fill_store.ts";
import { type Entrant, type RaceArguments, type Round, type Runner, race } from "../race.ts";

/** Options of `npm run bench -- pages`. */
export interface PagesArguments extends Omit<RaceArguments, "seconds"> {
  events: number;
  bytes: number;
}

const COLUMNS = [
  { name: "filtered page p95 ms", digits: 1, ratio: "÷ first" },
  { name: "dead page p95 ms", digits: 1, ratio: "÷ first" },
  { name: "one event p95 ms", digits: 1, ratio: "÷ first" },
  { name: "`events --subscription`, no match: s", digits: 2 },
  { name: "`events`: s", digits: 2 },
] as const;

/** The store that the others are compared with. */
const SMALL_EVENTS = 10_000;

/** Types that the events have in turn. */
const TYPES = Array.from({ length: 50 }, (_, n) => `order.kind_${n}`);

/** Calls of one kind in a round. */
const CALLS = 100;

const PAGE_EVENTS = 50;

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

const COMMAND_LINE = join(import.meta.dirname, "../../../apps/cli/main.ts");

interface Store extends Runner {
  client: RpcClient;
  /** Runs a command as an operator does; returns the seconds it took. */
  run(args: readonly string[]): Promise<number>;
}

/** Measures pages of a store of a few events and of one of many: filtered ones, one event, and whole commands. */
export async function benchPages(options: PagesArguments): Promise<void> {
  const { rounds, events, bytes, json } = options;
  await race({
    entrants: [SMALL_EVENTS, events].map((count) => filled(count, bytes)),
    rounds,
    measure: (store) => measure(store),
    title: `pages of ${PAGE_EVENTS}: events of ${bytes} B`,
    columns: COLUMNS,
    json,
  });
}

function filled(events: number, bodyBytes: number): Entrant<Store> {
  return {
    name: `${events} events`,
    async start(folder) {
      const apps = await prepareGateway(folder, {
        subscriptions: `all: { events: ["never"], stream: true }, none: { events: ["never"], stream: true }`,
      });
      const { dataDir, rpcAddress } = apps;
      const plan = { dataDir, subscriptions: ["all"], events, bodyBytes, types: TYPES };
      await runProgram(join(import.meta.dirname, "../programs/fill_store.ts"), {
        ...plan,
        become: "delivered",
      } satisfies FillPlan);
      const dispatcher = await apps.start("dispatcher");
      const client = connectAdmin(apps);
      return {
        client,
        async run(args) {
          const env = { ...process.env, DISPATCHER_ADDRESS: rpcAddress, DATA_DIR: dataDir };
          const startedAt = performance.now();
          await promisify(execFile)(process.execPath, [COMMAND_LINE, ...args], { env });
          return (performance.now() - startedAt) / 1_000;
        },
        async stop() {
          client.close();
          await dispatcher.stop();
        },
      };
    },
  };
}

async function measure({ client, run }: Store): Promise<Round> {
  const { admin } = client;
  const page = (filter: { type?: string; state?: "DELIVERY_STATE_DEAD" }) =>
    admin.listEvents({ ...EVERYTHING, ...filter });
  const ids: string[] = [];
  const filtered = await p95(async (call) => {
    const { events } = await page({ type: TYPES[call % TYPES.length] ?? "" });
    ids.push(...events.slice(0, 1).map(({ event }) => event?.id ?? ""));
  });
  const dead = await p95(() => page({ state: "DELIVERY_STATE_DEAD" }));
  const one = await p95((call) => admin.getEvent({ id: ids[call % ids.length] ?? "" }));
  return {
    "filtered page p95 ms": filtered,
    "dead page p95 ms": dead,
    "one event p95 ms": one,
    "`events --subscription`, no match: s": await run(["events", "--subscription", "none"]),
    "`events`: s": await run(["events"]),
  };
}

async function p95(call: (number: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let number = 0; number < CALLS; number += 1) {
    const startedAt = performance.now();
    await call(number);
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(CALLS * 0.95)] ?? 0;
}
