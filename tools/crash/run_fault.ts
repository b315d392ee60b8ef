import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type MongoServer, randomOfSeed, startMongoServer } from "@hookgate/testing";
import type { StartProgramOptions } from "../processes/child_program.ts";
import { type Cluster, type ClusterOptions, crashDatabase, startCluster } from "./cluster.ts";
import type { Fault, StoreName } from "./fault.ts";
import { judge, type Verdict } from "./judge/judge.ts";
import { measureRecovery, type Recovery } from "./judge/recovery.ts";
import { readRuns } from "./judge/runs.ts";
import { openLedger, readLedger } from "./load/ledger.ts";
import { type Load, startLoad } from "./load/start_load.ts";
import { comesTrue } from "./patience.ts";

/** Options for {@linkcode runFault}. */
export interface RunFaultOptions {
  store: StoreName;
  seed: number;
  kills: number;
  short: boolean;
  /** Posts a second. */
  perSecond: number;
  /** How dispatchers are started in addition, to sabotage them. */
  dispatcherOptions?: StartProgramOptions;
  /** Whether what a broken promise left behind is kept, to be looked at. @default {true} */
  keep?: boolean;
}

/** How a fault ended. */
export interface FaultResult {
  verdict: Verdict;
  /** Broken promises: what the fault itself found, and then the judge's. */
  problems: readonly string[];
  recovery: Recovery;
  /** Strikes. */
  kills: number;
  /** Where ledger, store and what handlers wrote are kept; null if they were in order, and removed. */
  keptIn: string | null;
}

/** Posts that are acknowledged before a fault goes on: so many that a run of one strike proves something. */
const ACKED_POSTS = 10;

/** Time from a fault until so many posts are acknowledged, in milliseconds; longer is a broken promise. */
const ACKED_MS_MAX = 30_000;

/** Time after the last post in which another delivery ends, in milliseconds; longer is a broken promise. */
const IDLE_MS_MAX = 60_000;

/** Runs a gateway of its own under load, lets a fault strike, and judges what is left. */
export async function runFault(fault: Fault, options: RunFaultOptions): Promise<FaultResult> {
  const { store, keep = true } = options;
  const folder = await mkdtemp(join(tmpdir(), "hookgate-crash-"));
  // Always a server of its own: it may be killed.
  const env = { ...process.env, MONGODB_URI: undefined };
  const mongo = store === "mongodb" ? await startMongoServer({ env }) : null;
  try {
    const result = await runIn(folder, { ...options, fault, mongo });
    if (keep && result.problems.length > 0) return { ...result, keptIn: folder };
    // Retries, because a process that is ending may still write into it.
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    return result;
  } finally {
    await mongo?.stop();
  }
}

async function runIn(folder: string, options: RunOptions): Promise<FaultResult> {
  const { fault, store, mongo } = options;
  const prepared = (await fault.prepare?.({ folder, store, mongo })) ?? {};
  try {
    return await runPrepared(folder, { ...options, prepared });
  } finally {
    await prepared[Symbol.asyncDispose]?.();
  }
}

async function runPrepared(
  folder: string,
  { prepared, ...options }: RunOptions & { prepared: Partial<ClusterOptions> },
): Promise<FaultResult> {
  const { fault, store, mongo, seed, kills, short, perSecond, dispatcherOptions = {} } = options;
  const cluster = await startCluster({
    folder,
    mongo: mongo && { server: mongo, uri: crashDatabase(mongo) },
    edges: fault.edges ?? 1,
    ...prepared,
    dispatcherOptions: {
      ...prepared.dispatcherOptions,
      ...dispatcherOptions,
      env: { ...prepared.dispatcherOptions?.env, ...dispatcherOptions.env },
    },
  });
  try {
    const ledgerPath = join(folder, "ledger");
    const faults: number[] = [];
    const problems: string[] = [];
    {
      await using ledger = openLedger(ledgerPath);
      const load = startLoad({
        ledger,
        ports: cluster.edges.map(({ edgePort }) => edgePort),
        perSecond,
        // Its own, so that the schedule of the fault is the same however many posts there are.
        random: randomOfSeed(seed + 1),
      });
      const random = randomOfSeed(seed);
      try {
        await acked(load, cluster);
        await fault.strike({
          cluster,
          load,
          folder,
          store,
          mongo,
          kills,
          short,
          random,
          quiet: (msMax) => delay(random() * msMax),
          struck: () => faults.push(Date.now()),
          acked: () => acked(load, cluster),
          problem: (sentence) => problems.push(sentence),
        });
      } catch (error) {
        problems.push(describeFailure(error, cluster));
      }
      await load.stop();
    }
    const late = await cluster.idle(IDLE_MS_MAX);
    if (late) problems.push(`${late}, and none did for ${IDLE_MS_MAX} ms`);
    const evidence = {
      entries: readLedger(ledgerPath),
      stored: await cluster.read(),
      runs: readRuns(cluster.runsPath),
      countsEnds: fault.countsEnds ?? true,
    };
    const verdict = judge(evidence);
    const silent = evidence.entries.filter(({ answer }) => (answer?.status ?? 0) === 0).length;
    if (fault.answersAll && silent > 0) problems.push(`${silent} posts were not answered`);
    problems.push(...(fault.check?.(evidence) ?? []));
    return {
      verdict,
      problems: [...problems, ...verdict.problems],
      recovery: measureRecovery({ faults, ...evidence }),
      kills: faults.length,
      keptIn: null,
    };
  } finally {
    await cluster.kill();
  }
}

interface RunOptions extends RunFaultOptions {
  fault: Fault;
  mongo: MongoServer | null;
}

async function acked({ entries }: Pick<Load, "entries">, { pids }: Cluster): Promise<void> {
  const first = entries.length;
  const count = () => entries.slice(first).filter(({ answer }) => answer?.status === 200).length;
  if (await comesTrue(() => count() >= ACKED_POSTS, { ms: ACKED_MS_MAX, pids })) return;
  throw new Error(`Cannot go on: ${count()} posts were acknowledged in ${ACKED_MS_MAX} ms`);
}

function describeFailure(error: unknown, { dispatchers, edges }: Cluster): string {
  const said = [...dispatchers, ...edges].map((slot) => slot.describe()).join("\n");
  return `${error instanceof Error ? error.message : error}\n${said}`;
}
