import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describeTask } from "@hookgate/receive";
import { signedGenericRequest } from "@hookgate/testing";
import { TimeCounts } from "@hookgate/types";
import { afterEach, expect, test } from "@jest/globals";
import { systemClock } from "../clock.ts";
import { type CreateEdgeOptions, createEdge } from "../create_edge.ts";
import { RequestCounts } from "../link/request_counts.ts";
import { keptLog } from "../suite/kept_log.ts";
import { eventBody, makeConfig, SECRET } from "../suite/run_edge.ts";
import { compileSources } from "./find_source.ts";
import { InFlight } from "./in_flight.ts";
import { UnprovenShares } from "./unproven_shares.ts";

let server: Server;

afterEach(async () => {
  server.close();
  await once(server, "close");
});

test.each([
  [
    "throws",
    () => {
      throw new Error("hidden detail");
    },
  ],
  ["rejects", () => Promise.reject(new Error("hidden detail"))],
  ["rejects with no error", () => Promise.reject(404)],
  [
    "asks for another status",
    () => Promise.reject(Object.assign(new Error("x"), { status: 404, expose: true })),
  ],
])("answerFaults() answers 503 if the code behind it %s", async (_, capture) => {
  const { log, lines } = keptLog();
  const inFlight = new InFlight({ requestsMax: 1, bytesMax: 10_000, slowMs: 1_000 }, systemClock);
  const config = makeConfig();
  const edge = createEdge(config, {
    trial: () => undefined,
    sources: compileSources(config.sources, {
      report: { enrolled: () => [] },
      describeElsewhere: async (task) => describeTask(task),
    }),
    link: { capture },
    report: quietReport(),
    certificates: { get: async () => null, prove() {} },
    keySets: { get: async () => null },
    clockWatch: { suspect: () => false, trust() {} },
    confirm: async () => false,
    connections: { begin() {}, end() {} },
    count: {
      stage: (ctx, next) => next(ctx),
      add: () => {},
      counts: new RequestCounts(),
      durable: new TimeCounts(),
    },
    inFlight,
    addressCounts: new Map(),
    shares: new UnprovenShares(systemClock),
    draining: () => false,
    clock: systemClock,
    running: { after: () => () => {}, spanOf: (ms) => ms },
    log,
  });
  server = createServer(edge).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  // Twice: what the first one took must be returned.
  for (let round = 0; round < 2; round += 1) {
    const { body, headers } = signedGenericRequest({ secret: SECRET, body: eventBody() });
    const answer = await fetch(`http://127.0.0.1:${port}/api/webhooks/academy`, {
      method: "POST",
      headers: { ...headers, connection: "close" },
      body,
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(await answer.json()).toEqual({
      error: "unavailable",
      message: "The event could not be stored. Try again later.",
    });
  }
  expect(inFlight.isFull()).toBe(false);
  expect(lines.filter(({ level }) => level === "error")).toHaveLength(2);
});

/** A report that is sent nowhere. */
function quietReport(): CreateEdgeOptions["report"] {
  return {
    hasRoom: () => false,
    refused() {},
    used() {},
    handshake() {},
    enrol: async () => "closed",
  };
}
