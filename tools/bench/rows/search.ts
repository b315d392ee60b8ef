import { join } from "node:path";
import type { AdminHandlers } from "@hookgate/rpc";
import { runProgram } from "../../processes/child_program.ts";
import { cpuPerEvent, type OurContender, ours } from "../contenders.ts";
import type { FillPlan } from "../programs/fill_store.ts";
import { type Entrant, type RaceArguments, race } from "../race.ts";

/** Options of `npm run bench -- search`. */
export interface SearchArguments extends RaceArguments {
  events: number;
  rate: number;
  bytes: number;
}

const COLUMNS = [
  { name: "p50 ms", digits: 2, ratio: "÷ first" },
  { name: "p99 ms", digits: 1, ratio: "÷ first" },
  { name: "CPU µs/event", digits: 0, ratio: "÷ first", parts: true },
  { name: "searched/s", digits: 0 },
] as const;

const CONNECTIONS = 32;

/** Are in no body, so that every one is looked at. */
const TEXT = { where: null, text: "what is in no body" };
const FIELD = { where: { pointer: "/n", value: "what is in no body" }, text: "" };

/** What each contender's operator looks for meanwhile. */
const SEARCHES = {
  "nobody searches": null,
  "a search for a text goes on": TEXT,
  "a search for a field goes on": FIELD,
} as const;

/** Measures what a search through the bodies of many events costs the posts that come meanwhile, at a fixed rate. */
export async function benchSearch(options: SearchArguments): Promise<void> {
  const { rounds, seconds, rate, events, bytes: bodyBytes, json } = options;
  await race({
    entrants: onOneGateway(options),
    rounds,
    async measure(contender, { name, round }) {
      const plan = { seconds, connections: CONNECTIONS, bodyBytes, rate, seed: `${round}` };
      const before = contender.cpuUs();
      const wanted = SEARCHES[name as keyof typeof SEARCHES];
      const search = wanted && searchOn(contender.admin, wanted);
      const { answers, p50Ms, p99Ms } = await contender.load({ ...plan, acks: null });
      const after = contender.cpuUs();
      return {
        "p50 ms": p50Ms,
        "p99 ms": p99Ms,
        ...cpuPerEvent("CPU µs/event", { before, after, events: answers["200"] ?? 0 }),
        ...(search && { "searched/s": (await search.end()) / seconds }),
      };
    },
    title: `posts beside a search in ${events} bodies: ${seconds} s, ${rate}/s of ${bodyBytes} B`,
    columns: COLUMNS,
    json,
  });
}

/** One gateway for all, so that its heap and its files are the same whether somebody searches or not. */
function onOneGateway({ events, bytes: bodyBytes }: SearchArguments): Entrant<OurContender>[] {
  const fill = (dataDir: string) =>
    runProgram(join(import.meta.dirname, "../programs/fill_store.ts"), {
      ...{ dataDir, subscriptions: [], events, bodyBytes, become: "waiting", overMs: 3_600_000 },
    } satisfies FillPlan);
  const { start } = ours({ fill });
  let started: Promise<OurContender> | null = null;
  let stopped: Promise<void> | null = null;
  return Object.keys(SEARCHES).map((name) => ({
    name,
    async start(folder) {
      started ??= start(folder);
      const one = await started;
      return {
        ...one,
        stop() {
          stopped ??= one.stop();
          return stopped;
        },
      };
    },
  }));
}

/** Searches everything again and again. */
function searchOn(
  admin: AdminHandlers,
  wanted: typeof TEXT | typeof FIELD,
): { end(): Promise<number> } {
  let goesOn = true;
  let searched = 0;
  const done = (async () => {
    while (goesOn) {
      let pageToken = "";
      let sofar = 0;
      do {
        const request = { source: "bench", type: "", limit: 50, ...wanted };
        const answer = await admin.findInBodies({ ...request, pageToken });
        searched += answer.searched - sofar;
        sofar = answer.searched;
        pageToken = answer.nextPageToken;
      } while (goesOn && pageToken !== "");
    }
  })();
  return {
    async end() {
      const during = searched;
      goesOn = false;
      await done;
      return during;
    },
  };
}
