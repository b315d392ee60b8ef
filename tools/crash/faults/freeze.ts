import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster, Slot } from "../cluster.ts";
import type { Fault } from "../fault.ts";
import { freezesInHandler } from "../inject/options.ts";
import { comesTrue } from "../patience.ts";

/** How long a dispatcher is frozen, in milliseconds: with another one at hand long enough to be taken for dead. */
const FROZEN_MS = {
  embedded: { least: 1_000, short: 2_000, full: 60_000 },
  mongodb: { least: 12_000, short: 12_000, full: 60_000 },
};

/** Longest time that an edge is frozen with it, in milliseconds: shorter than senders wait for its answer. */
const EDGE_FROZEN_MS_MAX = 5_000;

/** Longest time until a dispatcher has run so many deliveries that it freezes, in milliseconds. */
const FREEZE_MS_MAX = 90_000;

/** Runs of a host after its start in one of which the dispatcher freezes. */
const RUNS_MAX = 10;

export const frozenDispatcher: Fault = {
  name: "F7",
  what: "SIGSTOP of a dispatcher while a handler runs, and of an edge; SIGCONT",
  stores: ["embedded", "mongodb"],
  kills: { short: { embedded: 1, mongodb: 1 }, full: 10 },
  edges: 2,
  answersAll: true,
  async strike({ cluster, kills, store, short, random, quiet, struck, acked }) {
    for (let kill = 0; kill < kills; kill += 1) {
      const victim = cluster.dispatchers[Math.floor(random() * cluster.dispatchers.length)];
      if (!victim) continue;
      const others = cluster.dispatchers.filter((one) => one !== victim);
      // Alone, so that all events are its: edges stay with the dispatcher that they have.
      for (const other of others) await other.kill();
      // Started anew, because it has to know when to freeze.
      await victim.kill();
      // Perhaps before it is ready: deliveries do not wait for that.
      const started = victim.start(freezesInHandler(1 + Math.floor(random() * RUNS_MAX)));
      await frozen(victim, cluster);
      for (const other of others) await other.start();
      const { least, [short ? "short" : "full"]: most } = FROZEN_MS[store];
      const frozenMs = least + random() * (most - least);
      const edgeMs = Math.min(frozenMs, EDGE_FROZEN_MS_MAX);
      const [edge] = cluster.edges;
      edge?.signal("SIGSTOP");
      await delay(edgeMs);
      edge?.signal("SIGCONT");
      await delay(frozenMs - edgeMs);
      victim.signal("SIGCONT");
      await started;
      struck();
      await acked();
      await quiet(1_000);
    }
  },
};

/** Waits until the process is stopped: `T` after the parenthesised name in proc(5)'s stat. */
async function frozen(slot: Slot, { pids }: Cluster): Promise<void> {
  const isStopped = () => {
    const stat = readFileSync(`/proc/${slot.pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
  };
  if (await comesTrue(isStopped, { ms: FREEZE_MS_MAX, pids })) return;
  throw new Error(`Cannot go on: ${slot.name} did not freeze for ${FREEZE_MS_MAX} ms`);
}
