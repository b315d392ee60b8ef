import { once } from "node:events";
import { connect } from "node:net";
import { findProvider } from "@hookgate/providers";
import { waitFor } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import { exampleSource } from "../suite/example_source.ts";
import { eventBody, makeConfig, type RunningEdge, runEdge } from "../suite/run_edge.ts";

let running: RunningEdge;

afterEach(() => running.stop());

/** How many requests there were, by source and outcome. */
async function counts(): Promise<Record<string, number>> {
  const text = await running.metrics.text();
  const samples = text.matchAll(
    /^hookgate_requests_total\{source="(.*)",outcome="(.*)",status="\d*"\} (\d+)$/gm,
  );
  return Object.fromEntries(
    [...samples].map(([, source, outcome, n]) => [`${source} ${outcome}`, Number(n)]),
  );
}

test("countRequests() counts each request by source and outcome", async () => {
  const dropbox = findProvider("dropbox");
  if (dropbox === null) throw new TypeError("Cannot find dropbox");
  running = await runEdge({ sources: [exampleSource(dropbox).source], rateLimit: { max: 5 } });

  const body = eventBody();
  await running.post(body);
  await running.post(body);
  await running.post(eventBody(), { source: "shop/eu/main" });
  await running.post(eventBody(), { secret: "another" });
  await running.post(eventBody(), { headers: { "content-encoding": "gzip" } });
  await running.ask("/api/webhooks/academy");
  await running.ask("/api/webhooks/dropbox?challenge=abc");
  await running.ask("/api/webhooks/invented-by-somebody");
  await running.ask("/elsewhere");
  await running.ask("/elsewhere");
  running.dispatcher.behaviour = "overloaded";
  await running.post(eventBody());

  expect(await counts()).toEqual({
    "academy stored": 1,
    "academy duplicate": 1,
    "shop/eu/main stored": 1,
    "academy invalid_signature": 1,
    "academy unsupported_encoding": 1,
    "academy method_not_allowed": 1,
    "dropbox handshake": 1,
    " unknown_source": 2,
    " rate_limited": 1,
    "academy unavailable": 1,
  });
});

test("countRequests() counts a client that hangs up", async () => {
  running = await runEdge();
  const socket = connect(running.port, "127.0.0.1");
  await once(socket, "connect");
  const head = "POST /api/webhooks/academy HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab";
  socket.write(head, () => socket.destroy());
  await waitFor(async () => (await counts())["academy aborted"] === 1, { what: "the count" });
});

test("countRequests() continues counting after a reload", async () => {
  running = await runEdge();
  await running.post(eventBody());
  running.edge.reload(makeConfig());
  await running.post(eventBody());
  expect(await counts()).toEqual({ "academy stored": 2 });
});
