import type { Slot } from "../cluster.ts";
import type { Fault, Stage } from "../fault.ts";
import { diesAt } from "../inject/options.ts";
import { CRASH_POINTS, type CrashPoint } from "../inject/points.ts";
import { patience } from "../patience.ts";

/** Longest time between two kills, in milliseconds: 0 hits what the last one left behind. */
const QUIET_MS_MAX = 1_500;

/** Longest time until a dispatcher has passed its crash point, in milliseconds. */
const POINT_MS_MAX = 60_000;

/** Passages of a crash point before the one that kills, at most. */
const PASSAGES_MAX = 20;

/** Only a dispatcher that edges send to comes to these, and they choose one: with the others away it is this one. */
const INGEST_POINTS: readonly CrashPoint[] = ["before_commit", "after_commit"];

/** Each turn kills at random first, because a program has to be started with its crash point. */
const KILLS_A_TURN = 2;

/** How long the database server is away at most, in milliseconds. */
const AWAY_MS_MAX = 2_000;

export const killEdge: Fault = {
  name: "F1",
  what: "kill -9 of an edge",
  stores: ["embedded", "mongodb"],
  kills: { short: { embedded: 2 }, full: 100 },
  async strike({ cluster, kills, quiet, random, struck, acked }) {
    for (let kill = 0; kill < kills; kill += 1) {
      await quiet(QUIET_MS_MAX);
      const edge = oneOf(cluster.edges, random);
      await edge.kill();
      struck();
      await edge.start();
      await acked();
    }
  },
};

export const killDispatcher: Fault = {
  name: "F2",
  what: "kill -9 of a dispatcher, at random and at each crash point in turn",
  stores: ["embedded", "mongodb"],
  // Every crash point once. On MongoDB it is too slow for the suite: `--fault F2 --store mongodb`.
  kills: { short: { embedded: KILLS_A_TURN * CRASH_POINTS.length }, full: 100 },
  async strike(stage) {
    const { kills, random, quiet } = stage;
    // A run with fewer turns has some of the points, others with each seed.
    const first = Math.floor(random() * CRASH_POINTS.length);
    for (let turn = 0; turn < kills / KILLS_A_TURN; turn += 1) {
      await quiet(QUIET_MS_MAX);
      await killTwice(stage, CRASH_POINTS[(first + turn) % CRASH_POINTS.length] ?? "in_handler");
      await stage.acked();
    }
  },
};

/** Kills a dispatcher at random, and when it has been started again at this point. */
async function killTwice(stage: Stage, point: CrashPoint): Promise<void> {
  const { cluster, random } = stage;
  const victim = oneOf(cluster.dispatchers, random);
  await victim.kill();
  stage.struck();
  // For a sweep to find something another dispatcher has to die while a handler runs, and stay away.
  const others = cluster.dispatchers.filter((one) => one !== victim);
  const dying = point === "in_sweep" ? others : [];
  const away = INGEST_POINTS.includes(point) ? others : [];
  for (const other of away) {
    await other.kill();
    stage.struck();
  }
  await Promise.all([
    ...dying.map(async (other) => {
      await other.kill();
      await dieAt("in_handler", { stage, victim: other });
    }),
    dieAt(point, { stage, victim }),
  ]);
  for (const slot of [victim, ...dying, ...away]) await slot.start();
}

/** Starts a dispatcher, and waits until it dies at its crash point, which may be before it is ready. */
async function dieAt(
  point: CrashPoint,
  { stage, victim }: { stage: Stage; victim: Slot },
): Promise<void> {
  const count = point === "in_sweep" ? 1 : 1 + Math.floor(stage.random() * PASSAGES_MAX);
  const ready = await victim.start(diesAt(point, count));
  const late = patience(POINT_MS_MAX, stage.cluster.pids).then(
    () => `still alive after ${POINT_MS_MAX} ms`,
  );
  const how = ready ? await Promise.race([victim.program.ended, late]) : victim.lines.at(-1);
  if (!how?.includes("SIGKILL")) stage.problem(`${victim.name} never came to ${point}: ${how}`);
  await victim.kill();
  stage.struck();
}

export const killServer: Fault = {
  name: "F3",
  what: "kill -9 of the MongoDB server",
  stores: ["mongodb"],
  kills: { short: { mongodb: 1 }, full: 30 },
  edges: 2,
  answersAll: true,
  async strike({ mongo, kills, quiet, struck, acked }) {
    for (let kill = 0; kill < kills; kill += 1) {
      await quiet(QUIET_MS_MAX);
      await mongo?.kill();
      await quiet(AWAY_MS_MAX);
      await mongo?.restart();
      struck();
      await acked();
    }
  },
};

export const identicalPosts: Fault = {
  name: "F9",
  what: "64 identical posts at once, every other time while a dispatcher is killed",
  stores: ["embedded", "mongodb"],
  kills: { short: { embedded: 2 }, full: 50 },
  answersAll: true,
  async strike({ cluster, kills, load, quiet, random, struck, acked }) {
    for (let kill = 0; kill < kills; kill += 1) {
      await quiet(QUIET_MS_MAX);
      const posting = load.burst(64);
      if (kill % 2 === 1) {
        const victim = oneOf(cluster.dispatchers, random);
        await quiet(20);
        await victim.kill();
        struck();
        await victim.start();
      }
      await posting;
      await acked();
    }
  },
};

export const rollingRestart: Fault = {
  name: "F11",
  what: "SIGTERM under load, in turn",
  stores: ["embedded", "mongodb"],
  kills: { short: { embedded: 2 }, full: 20 },
  edges: 2,
  async strike({ cluster, kills, short, struck, acked, quiet, problem, load }) {
    // A file has one dispatcher: while that restarts the answer is 503.
    const { edges, dispatchers } = cluster;
    const slots = dispatchers.length > 1 ? [...edges, ...dispatchers] : edges;
    for (let turn = 0; turn < kills; turn += 1) {
      const slot = slots[turn % slots.length];
      if (!slot) continue;
      await quiet(QUIET_MS_MAX);
      struck();
      const startedAt = performance.now();
      await slot.stop();
      const ms = Math.round(performance.now() - startedAt);
      const how = await slot.program.ended;
      if (how !== "0") problem(`${slot.name} ended with ${how}`);
      if (ms > DRAIN_MS_MAX) problem(`${slot.name} took ${ms} ms to drain`);
      await slot.start();
      await acked();
    }
    // Beside other tests a machine may stand still for longer than an answer may take: then it is 503.
    const allowed = short ? [200, 503] : [200];
    const statuses = load.entries
      .flatMap(({ signed, answer }) => (signed && answer ? [answer.status] : []))
      .filter((status) => !allowed.includes(status));
    if (statuses.length > 0) {
      problem(`${statuses.length} posts were answered with ${[...new Set(statuses)]}`);
    }
  },
};

/** How long draining may take, in milliseconds. */
const DRAIN_MS_MAX = 5_000;

function oneOf<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("Cannot choose: there is nothing");
  return item;
}
