import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "@hookgate/testing";
import { type Gateway, startGateway } from "../gateway.ts";
import { postLoad } from "../live_load.ts";
import type { Round } from "../race.ts";
import { type NeighboursArguments, raceNeighbours } from "./neighbours.ts";

const BLOCKS = "for (;;);";
const FILLS = "const all = []; for (;;) all.push(Buffer.alloc(10_000_000, 1));";
const EXITS = "process.exit(1);";

/** What each bad handler does with each event, as code. */
const MISBEHAVIOURS: Readonly<Record<string, readonly string[]>> = {
  fine: [""],
  "three fine": ["", "", ""],
  throws: ['throw new Error("broken");'],
  blocks: [BLOCKS],
  "blocks later": ["await new Promise((r) => setTimeout(r, 5)); for (;;);"],
  "blocks 2 s": ["const end = performance.now() + 2_000; while (performance.now() < end);"],
  "fills memory": [FILLS],
  // As dear as a leak, and harmless.
  allocates: ["Buffer.alloc(5_000_000, 1);"],
  leaks: ["(globalThis.leak ??= []).push(Buffer.alloc(5_000_000, 1));"],
  exits: [EXITS],
  aborts: ["process.abort();"],
  "never ends": ["return new Promise(() => {});"],
  "removes listeners": ["process.removeAllListeners(); return new Promise(() => {});"],
  "three at once": [BLOCKS, FILLS, EXITS],
};

/** How long deliveries to the healthy handler may take to arrive after the load, in milliseconds. */
const ARRIVE_MS_MAX = 60_000;

/** Linux counts CPU time in hundredths of a second. */
const MICROS_PER_TICK = 10_000;

const COLUMNS = [
  { name: "delivery p50 ms", digits: 0 },
  { name: "delivery p99 ms", digits: 0, ratio: "÷ first" },
  { name: "longest ms", digits: 0 },
  { name: "missing", digits: 0 },
  { name: "CPU µs/event", digits: 0 },
] as const;

/**
 * Measures what misbehaving handlers cost their neighbour: all subscriptions get the same events, one handler is healthy, the
 * others begin to misbehave when the measuring begins, so that the time until they are found counts.
 */
export async function benchHandlerNeighbours(
  options: NeighboursArguments & { modes?: string },
): Promise<void> {
  const { modes: only, ...rest } = options;
  await raceNeighbours({
    ...rest,
    modes: only ? ["fine", ...only.split(",")] : Object.keys(MISBEHAVIOURS),
    measure: (mode, where) => measure(mode, { ...rest, ...where }),
    title: "beside a handler that misbehaves",
    columns: COLUMNS,
  });
}

async function measure(
  mode: string,
  { seconds, rate, seed, folder }: NeighboursArguments & { folder: string; seed: string },
): Promise<Round> {
  const begun = join(folder, "begun");
  await writeFile(join(folder, "healthy.ts"), healthySource(folder));
  const bad = MISBEHAVIOURS[mode] ?? [];
  for (const [at, code] of bad.entries())
    await writeFile(join(folder, `bad_${at}.ts`), badSource(begun, code));
  const others = bad.map(
    (_, at) =>
      `bad_${at}: { events: ["*"], handler: "${folder}/bad_${at}.ts", timeout: 2_000, retry: "fast" }`,
  );
  const gateway = await startGateway(folder, {
    subscriptions: `healthy: { events: ["*"], handler: "${folder}/healthy.ts" }, ${others.join(", ")}`,
  });
  try {
    const load = { edgePort: gateway.edgePort, rate };
    const warmed = await postLoad({ ...load, seconds: 2, seed: `${seed}-warm` });
    await arrived(folder, warmed.accepted);
    await clear(folder);
    const cpuBefore = await cpuOf(gateway);
    await writeFile(begun, "");
    const { accepted } = await postLoad({ ...load, seconds, seed });
    const cpuUs = (await cpuOf(gateway)) - cpuBefore;
    const times = (await arrived(folder, accepted)).toSorted((a, b) => a - b);
    const percentile = (share: number) => times[Math.floor((times.length - 1) * share)] ?? 0;
    return {
      "delivery p50 ms": percentile(0.5),
      // Not below the clock's own grain, so that a ratio means something.
      "delivery p99 ms": Math.max(1, percentile(0.99)),
      "longest ms": percentile(1),
      missing: Math.max(0, accepted - times.length),
      "CPU µs/event": cpuUs / Math.max(1, accepted),
    };
  } finally {
    await gateway.stop();
  }
}

/** Notes how long after its body was made each event arrived. */
function healthySource(folder: string): string {
  return `import { appendFileSync } from "node:fs";
    export function handle(event: { data: { at: number } }) {
      appendFileSync(${JSON.stringify(folder)} + "/times-" + process.pid, (Date.now() - event.data.at) + "\\n");
    }`;
}

function badSource(begun: string, code: string): string {
  return `import { existsSync } from "node:fs";
    let isBad = false;
    export async function handle() {
      isBad ||= existsSync(${JSON.stringify(begun)});
      if (!isBad) return;
      ${code}
    }`;
}

async function timesIn(folder: string): Promise<number[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith("times-"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "latin1")));
  return texts.flatMap((text) => text.split("\n").slice(0, -1).map(Number));
}

async function arrived(folder: string, count: number): Promise<number[]> {
  let times: number[] = [];
  const all = async () => {
    times = await timesIn(folder);
    return times.length >= count;
  };
  await waitFor(all, { what: "all events", timeoutMs: ARRIVE_MS_MAX }).catch(() => {});
  return times;
}

async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith("times-")) await rm(join(folder, name));
  }
}

/** CPU time of both programs and of the handler hosts, also of those that have ended, in microseconds. */
async function cpuOf({ programs }: Gateway): Promise<number> {
  let ticks = 0;
  for (const { pid } of Object.values(programs)) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "latin1").catch(() => "");
    for (const one of [pid, ...children.split(" ").filter(Boolean)]) {
      const stat = await readFile(`/proc/${one}/stat`, "latin1").catch(() => "");
      // User, system, and both of the children that have ended.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    }
  }
  return ticks * MICROS_PER_TICK;
}
