import { describeEvent, PROVIDERS } from "@hookgate/providers";
import { compileSource, type DescribeElsewhere, toDescribeTask } from "@hookgate/receive";
import { incoming } from "@hookgate/signature";
import {
  costMsMax,
  largeHostileBodies,
  leastCpuMs,
  longestStretchMs,
  waitFor,
} from "@hookgate/testing";
import type { CapturedEvent } from "@hookgate/types";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { exampleSource } from "../suite/example_source.ts";
import { DescribeThread } from "./describe_thread.ts";

const thread = new DescribeThread();
afterAll(() => thread.close());

const RECIPE = {
  kind: "hmac",
  scheme: "own",
  signature: { header: "x-sign" },
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
} as const;

/** A source that looks for the type and the id of its events everywhere. */
function sourceWith(describeElsewhere?: DescribeElsewhere) {
  const source = compileSource(
    {
      name: "own",
      provider: "custom",
      secrets: [{ id: "1", value: "ab".repeat(32), state: "active", until: null }],
      scheme: null,
      publicUrl: null,
      settings: {},
      allowedIps: { mode: "off", ranges: [] },
      recipe: RECIPE,
      describe: {
        type: [{ json: "/type" }, { json: "/a/type" }, { form: "a", json: "/type" }],
        id: [{ json: "/0/id" }, { form: "a" }, { header: "x-id" }],
      },
    },
    describeElsewhere === undefined ? {} : { describeElsewhere },
  );
  if (source === null) throw new TypeError("Cannot compile a recipe");
  return source;
}

function eventOf(
  source: ReturnType<typeof sourceWith>,
  { body, contentType }: { body: Uint8Array; contentType: string },
) {
  const rawHeaders = ["Content-Type", contentType, "X-Id", "7"];
  const target = "/api/webhooks/own";
  const from = { method: "POST", target, rawHeaders, proxied: false, receivedAt: 0 };
  return source.event(source.request({ ...from, body }), {
    id: "evt_1",
    acceptance: {
      ok: true,
      scheme: "own",
      secretId: "1",
      signedAt: null,
      signature: "",
      intact: true,
    },
    allowed: "allowed",
    address: "",
    addressChain: "",
    rawHeaders,
  });
}

/** All but the body: comparing it takes long. */
const seen = ({ body: _, ...event }: CapturedEvent) => event;

beforeAll(() => waitFor(() => thread.ready, { what: "the thread" }));

test("describe() does not wait for the thread to start", async () => {
  const starting = new DescribeThread();
  const request = { body: Buffer.from('{"type":"paid"}'), contentType: "application/json" };
  expect((await eventOf(sourceWith(starting.describe), request)).type).toBe("paid");
  expect(starting.ready).toBe(false);
  await starting.close();
});

test("describe() keeps a proven sender's large body from keeping others waiting", async () => {
  const [there, here] = [sourceWith(thread.describe), sourceWith()];
  const slow: string[] = [];
  for (const hostile of largeHostileBodies()) {
    const msMax = 2 * (await costMsMax(hostile.body.subarray(0, 512 * 1024)));
    const work = () => eventOf(there, hostile);
    const ms = await leastCpuMs(work, { msMax, measure: longestStretchMs });
    if (ms > msMax) slow.push(`${hostile.name}: ${ms.toFixed(0)} ms of ${msMax.toFixed(0)}`);
    expect(seen(await work())).toEqual(seen(await eventOf(here, hostile)));
  }
  expect(slow).toEqual([]);
}, 240_000);

test.each([
  ["application/json", `{"type":"paid","list":["${"a".repeat(3_000_000)}"]}`],
  ["application/x-www-form-urlencoded", `b=${"c".repeat(3_000_000)}&a={"type":"paid"}`],
])("describe() finds the type and the id in a large body of %s", async (contentType, text) => {
  const request = { body: Buffer.from(text), contentType };
  const event = await eventOf(sourceWith(thread.describe), request);
  expect(seen(event)).toEqual(seen(await eventOf(sourceWith(), request)));
  expect(event.type).toBe("paid");
});

test.each(Object.values(PROVIDERS).map((provider) => [provider.id, provider] as const))(
  "describe() reads an event of %s as the edge's own thread does",
  async (_, provider) => {
    const { source: configured, provider: own } = exampleSource(provider);
    const { body, contentType, headers = {} } = provider.sample("", new Date(0));
    const sent = { ...headers, "content-type": contentType };
    const url = configured.publicUrl ?? "";
    const outgoing = { method: "POST", url, headers: sent, body: Buffer.from(body) };
    const request = incoming(outgoing, 0);
    const task = toDescribeTask(configured, request, Object.entries(sent).flat());
    expect(await thread.describe(task)).toEqual(describeEvent(own, request));
  },
);
