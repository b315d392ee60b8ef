import { join } from "node:path";
import type { Fault } from "../fault.ts";
import { HOSTILE_SOURCES } from "../hostile_handler.ts";
import { secretOf } from "../load/start_load.ts";

const HANDLER = JSON.stringify(join(import.meta.dirname, "../hostile_handler.ts"));

const QUIET_MS_MAX = 1_000;

const SOURCES = HOSTILE_SOURCES.map(
  (name) => `${name}: { provider: "generic", secrets: ["${secretOf(name)}"] }`,
);

const SUBSCRIPTIONS = HOSTILE_SOURCES.map(
  (name) =>
    `${name}: { sources: ["${name}"], events: ["*"], handler: ${HANDLER}, retry: "quick", retries: 1, timeout: 1000 }`,
);

export const hostileHandlers: Fault = {
  name: "F10",
  what: "handlers that throw, hang, eat memory, exit",
  stores: ["embedded"],
  kills: { short: { embedded: 1 }, full: 10 },
  answersAll: true,
  async prepare() {
    const more = "handlerHosts: { count: 2, memoryBytesMax: 268435456 },";
    return {
      config: { sources: SOURCES.join(", "), subscriptions: SUBSCRIPTIONS.join(", "), more },
    };
  },
  async strike({ kills, load, quiet, struck, acked }) {
    for (let kill = 0; kill < kills; kill += 1) {
      await quiet(QUIET_MS_MAX);
      await Promise.all(HOSTILE_SOURCES.map((source) => load.post(source)));
      struck();
      await acked();
    }
  },
  check({ stored }) {
    return stored.deliveries
      .filter(({ subscription }) => (HOSTILE_SOURCES as readonly string[]).includes(subscription))
      .filter(({ state }) => state !== "dead")
      .map(({ id, subscription, state }) => `${id} of ${subscription} is ${state}, not dead`);
  },
};
