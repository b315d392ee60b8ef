import { crashDatabase } from "../cluster.ts";
import type { Fault } from "../fault.ts";
import { FaultyProxy, type ProxyMode } from "../proxy.ts";

const MODES: readonly (ProxyMode | "flap")[] = ["cut", "silent", "deaf", "mute", "slow", "flap"];

/** How long a connection stays broken at most, in milliseconds. */
const BROKEN_MS_MAX = { short: 1_500, full: 6_000 };

const QUIET_MS_MAX = 1_000;

/** Cuts edge from dispatcher and dispatcher from database, by way of a proxy for each connection. */
export function brokenNetwork(): Fault {
  let proxies: FaultyProxy[] = [];
  const open = async (port: number) => {
    const proxy = await FaultyProxy.open(port);
    proxies.push(proxy);
    return proxy.port;
  };
  return {
    name: "F6",
    what: "connections cut, silent one way or both, slow, flapping",
    stores: ["embedded", "mongodb"],
    kills: { short: { embedded: MODES.length }, full: 60 },
    answersAll: true,
    async prepare({ mongo }) {
      proxies = [];
      const addressOf = async (address: string) => `127.0.0.1:${await open(portOf(address))}`;
      const dispose = async () => {
        for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
      };
      const common = { addressOf, [Symbol.asyncDispose]: dispose };
      if (!mongo) return common;
      const port = await open(portOf(new URL(mongo.uri).host));
      return { ...common, mongo: { server: mongo, uri: crashDatabase(mongo, port) } };
    },
    async strike({ kills, quiet, random, short, struck, acked }) {
      for (let kill = 0; kill < kills; kill += 1) {
        await quiet(QUIET_MS_MAX);
        const mode = MODES[kill % MODES.length] ?? "cut";
        // All of them at once half of the time: with several dispatchers one may be left.
        const one = proxies[Math.floor(random() * proxies.length)];
        const broken = random() < 0.5 || !one ? proxies : [one];
        for (const proxy of broken) {
          if (mode === "flap") proxy.flap();
          else proxy.mode = mode;
        }
        await quiet(short ? BROKEN_MS_MAX.short : BROKEN_MS_MAX.full);
        for (const proxy of broken) proxy.mode = "pass";
        struck();
        await acked();
      }
    },
  };
}

function portOf(host: string): number {
  return Number(host.slice(host.lastIndexOf(":") + 1));
}
