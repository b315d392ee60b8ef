import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "@hookgate/testing";
import { runProgram } from "../../processes/child_program.ts";
import { connectAdmin, type Gateway, startGateway } from "../gateway.ts";
import { liveLoad, type Sink, startSink } from "../live_load.ts";
import type { FillPlan } from "../programs/fill_store.ts";
import { showFigure } from "../statistics.ts";

/** Options of `npm run bench -- replay`. */
export interface BenchReplayOptions {
  deliveries: number;
  seconds: number;
  rounds: number;
  rate: number;
  perSecond: number;
}

/** Time limit for replaying everything, in milliseconds. */
const REPLAY_MS_MAX = 1_800_000;

/**
 * Measures what a replay of dead deliveries costs live events: their p99 without and with it, in turn, on one store full of
 * dead deliveries. Then checks that all were delivered, and how long deliveries continue after a cancel.
 */
export async function benchReplay(options: BenchReplayOptions): Promise<void> {
  const { deliveries, rounds } = options;
  const folder = await mkdtemp(join(tmpdir(), "hookgate-replay-"));
  const [live, replayed] = [await startSink(), await startSink()];
  const plan: FillPlan = {
    dataDir: join(folder, "data"),
    subscriptions: ["replayed"],
    events: deliveries,
    bodyBytes: 2_048,
    become: "dead",
  };
  await runProgram(join(import.meta.dirname, "../programs/fill_store.ts"), plan);
  const secret = 'secret: "replay-secret-of-the-bench"';
  const gateway = await startGateway(folder, {
    subscriptions: `live: { events: ["*"], endpoint: "http://127.0.0.1:${live.port}/healthy", ${secret} },
      replayed: { events: ["never"], endpoint: "http://127.0.0.1:${replayed.port}/healthy", ${secret} }`,
  });
  const admin = adminOf(gateway);
  try {
    await liveLoad(gateway, { sink: live, rate: options.rate, seconds: 2, seed: "warm" });
    const { replay } = await admin.create("dead", options.perSecond);
    await admin.set(replay, "paused");
    const ratios: { post: number; delivery: number }[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const seed = String(round);
      const without = await liveLoad(gateway, { ...options, sink: live, seed: `${seed}-without` });
      await admin.set(replay, "running");
      const withIt = await liveLoad(gateway, { ...options, sink: live, seed: `${seed}-with` });
      await admin.set(replay, "paused");
      console.error(`round ${round}`, { without, withIt, made: await admin.made(replay) });
      ratios.push({
        post: withIt.postP99Ms / without.postP99Ms,
        delivery: withIt.deliveryP99Ms / without.deliveryP99Ms,
      });
    }
    await admin.set(replay, "running");
    await waitFor(async () => (await admin.state(replay)) === "done", {
      what: "the end of the replay",
      timeoutMs: REPLAY_MS_MAX,
    });
    await waitFor(async () => (await replayed.stats()).events >= deliveries, {
      what: "the last replayed delivery",
      timeoutMs: 60_000,
    });
    const again = await cancelled(admin, { sink: replayed, perSecond: options.perSecond });
    console.log(
      [
        `live p99 with a replay ÷ without: posts ${showFigure(
          ratios.map(({ post }) => post),
          2,
        )}, deliveries ${showFigure(
          ratios.map(({ delivery }) => delivery),
          2,
        )}`,
        `delivered again: ${deliveries} of ${deliveries}`,
        `last delivery ${again} ms after a cancel`,
      ].join("\n"),
    );
  } finally {
    admin.close();
    await gateway.stop();
    await live.stop();
    await replayed.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the milliseconds from a cancel to the last delivery after it. */
async function cancelled(
  admin: ReturnType<typeof adminOf>,
  { sink, perSecond }: { sink: Sink; perSecond: number },
): Promise<number> {
  await sink.begin();
  const { replay } = await admin.create("delivered", perSecond);
  await waitFor(async () => (await sink.stats()).deliveries > perSecond, {
    what: "deliveries of the second replay",
    timeoutMs: 60_000,
  });
  await admin.set(replay, "cancelled");
  const at = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const { quietMs } = await sink.stats();
  return Math.max(0, Date.now() - (quietMs ?? 0) - at);
}

function adminOf(gateway: Gateway) {
  const client = connectAdmin(gateway);
  const all = async () => (await client.admin.listReplays({ limit: 0 })).replays;
  const find = async (id: string) => (await all()).find((one) => one.id === id);
  return {
    async create(state: "dead" | "delivered", perSecond: number) {
      const upper = state === "dead" ? "DELIVERY_STATE_DEAD" : "DELIVERY_STATE_DELIVERED";
      const filter = {
        ids: [],
        failure: "",
        source: "",
        type: "",
        subscription: "replayed",
        state: upper,
      };
      const answer = await client.admin.createReplay({
        filter: filter as typeof filter & { state: typeof upper },
        reason: "bench",
        perSecond,
        dryRun: false,
      });
      return { replay: answer.replay?.id ?? "" };
    },
    set: (id: string, state: string) => client.admin.setReplayState({ id, state }),
    state: async (id: string) => (await find(id))?.state,
    made: async (id: string) => (await find(id))?.made,
    close: () => client.close(),
  };
}
