import type { ConfiguredSource } from "@hookgate/config";
import { findProvider, PROVIDERS, type Provider } from "@hookgate/providers";
import { makeSecret } from "@hookgate/signature";
import { waitFor } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import {
  certificateUrl,
  type ExampleSource,
  exampleSource,
  signedEvent,
} from "../suite/example_source.ts";
import { pauseProcess } from "../suite/pause_process.ts";
import { eventBody, type RunEdgeOptions, type RunningEdge, runEdge } from "../suite/run_edge.ts";

const NOW = 1_767_225_600_000;
const time = { now: NOW };
const clock = { now: () => time.now, monotonic: () => performance.now() };

let running: RunningEdge;

afterEach(async () => {
  time.now = NOW;
  await running.stop();
});

function provider(id: string): Provider {
  const found = findProvider(id);
  if (found === null) throw new TypeError(`Cannot find ${id}`);
  return found;
}

function example(id: string, overrides: Partial<ConfiguredSource> = {}): ExampleSource {
  return exampleSource(provider(id), { now: NOW, ...overrides });
}

async function run(examples: readonly ExampleSource[], options: RunEdgeOptions = {}) {
  running = await runEdge({ clock, sources: examples.map(({ source }) => source), ...options });
}

/** The refused requests that were reported to the dispatcher, once there are this many. */
async function quarantined(count: number) {
  const refused = () => running.dispatcher.reports.flatMap((report) => report.refused);
  await waitFor(() => refused().length >= count, { what: "refused requests in a report" });
  return refused();
}

test("verifySignature() keeps the provider's own name of a type that is mapped", async () => {
  const stripe = example("stripe");
  await run([stripe]);
  await running.send(signedEvent(stripe, { type: "payment_intent.succeeded", now: NOW }));
  expect(running.dispatcher.events).toMatchObject([
    { type: "payment.success", providerType: "payment_intent.succeeded", flags: [] },
  ]);
});

test("verifySignature() marks a body that the signature does not cover", async () => {
  const okta = example("okta");
  await run([okta]);
  expect((await running.send(signedEvent(okta, { now: NOW }))).status).toBe(200);
  expect(running.dispatcher.events).toMatchObject([
    { flags: ["not_intact", "id_not_signed", "type_not_signed"] },
  ]);
});

test("verifySignature() checks a signed URL against the public one, with the query as it was sent", async () => {
  const square = example("square");
  await run([square]);
  const request = signedEvent(square, { now: NOW });
  expect((await running.send(request)).status).toBe(200);
  // The query is signed, too.
  const withQuery = { ...request, url: `${request.url}?a=b` };
  expect((await running.send(withQuery)).status).toBe(401);
  const other = signedEvent(square, { now: NOW + 1_000, url: `${square.source.publicUrl}?a=b` });
  expect((await running.send(other)).status).toBe(200);
});

test("verifySignature() takes the URL from trusted proxies if no public one is set", async () => {
  const square = example("square", { publicUrl: null });
  const url = "https://hooks.example.com/api/webhooks/square";
  const forwarded = {
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "hooks.example.com",
  };
  await run([square], { trustedProxies: ["127.0.0.1"] });
  const request = signedEvent(square, { now: NOW, url });
  expect((await running.send(request)).status).toBe(401);
  expect((await running.send(request, forwarded)).status).toBe(200);
  expect(running.dispatcher.events).toMatchObject([
    { address: "203.0.113.7", addressChain: "203.0.113.7, 127.0.0.1" },
  ]);
  await running.stop();
  await run([square]);
  expect((await running.send(request, forwarded)).status).toBe(401);
});

test("verifySignature() fetches a certificate once", async () => {
  const paypal = example("paypal");
  const fetched: string[] = [];
  await run([paypal], {
    async fetch(url) {
      fetched.push(url);
      return { status: 200, body: Buffer.from(paypal.keys.certificate ?? "") };
    },
  });
  const requests = [0, 1, 2].map((index) => signedEvent(paypal, { now: NOW + index }));
  const answers = await Promise.all(requests.map((request) => running.send(request)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await running.send(signedEvent(paypal, { now: NOW + 3 }))).status).toBe(200);
  expect(fetched).toEqual([certificateUrl(paypal, signedEvent(paypal, { now: NOW }))]);
});

test("verifySignature() answers 503, never 401, if it cannot get a certificate", async () => {
  const paypal = example("paypal");
  let tries = 0;
  await run([paypal], {
    fetch() {
      tries += 1;
      return Promise.reject(new Error("no route"));
    },
  });
  const request = signedEvent(paypal, { now: NOW });
  for (let round = 0; round < 3; round += 1) {
    const answer = await running.send(request);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ error: "unverifiable" });
  }
  expect(tries).toBe(1);
  expect(await quarantined(1)).toMatchObject([
    { source: "paypal", reason: "certificate_unavailable" },
    {},
    {},
  ]);
});

test("verifySignature() fetches a key set once, and never answers 401 if it cannot", async () => {
  const pubsub = example("google_pubsub");
  const fetched: string[] = [];
  let reachable = false;
  await run([pubsub], {
    async fetch(url) {
      fetched.push(url);
      if (!reachable) throw new Error("no route");
      return { status: 200, body: Buffer.from(pubsub.keys.certificate ?? "") };
    },
  });
  const send = async (index: number) => running.send(signedEvent(pubsub, { now: NOW + index }));
  for (let round = 0; round < 3; round += 1) {
    const answer = await send(round);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: "unverifiable" });
  }
  expect(await quarantined(3)).toMatchObject(Array(3).fill({ reason: "key_unavailable" }));
  reachable = true;
  await waitFor(async () => (await send(3)).status === 200, { what: "the key set's next fetch" });
  const count = fetched.length;
  expect((await Promise.all([4, 5, 6].map(send))).map(({ status }) => status)).toEqual([
    200, 200, 200,
  ]);
  expect(fetched).toHaveLength(count);
  expect(new Set(fetched)).toEqual(new Set(["https://www.googleapis.com/oauth2/v3/certs"]));
});

test("verifySignature() refuses forged names of keys, and takes a new genuine one among them", async () => {
  const pubsub = example("google_pubsub");
  const rotated = JSON.parse(pubsub.keys.certificate ?? "");
  let published = { keys: [{ ...rotated.keys[0], kid: "old" }] };
  const fetched: string[] = [];
  await run([pubsub], {
    async fetch(url) {
      fetched.push(url);
      return { status: 200, body: Buffer.from(JSON.stringify(published)) };
    },
  });
  const forge = (index: number) => {
    const request = signedEvent(pubsub, { now: NOW + index });
    const [, ...rest] = (request.headers["authorization"] ?? "").split(".");
    const named = JSON.stringify({ alg: "RS256", kid: `forged-${index}` });
    const head = `Bearer ${Buffer.from(named).toString("base64url")}`;
    const headers = { ...request.headers, authorization: [head, ...rest].join(".") };
    return running.send({ ...request, headers });
  };
  const startedAt = performance.now();
  const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => forge(index)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  published = rotated;
  let index = 1_000;
  await waitFor(
    async () => {
      index += 1;
      await forge(index);
      return (await running.send(signedEvent(pubsub, { now: NOW + index }))).status === 200;
    },
    { what: "the genuine key" },
  );
  // One a second, and one more for the second that has begun.
  expect(fetched.length).toBeLessThanOrEqual((performance.now() - startedAt) / 1_000 + 2);
});

/** Every provider whose certificates or keys are fetched. */
const FETCHED = Object.values(PROVIDERS).flatMap(({ id, recipe }) =>
  recipe.kind === "certificate" || (recipe.kind === "jwt" && recipe.keySet !== undefined) ? id : [],
);

/** An edge with such a provider's source; what the provider publishes is what the test says, and time passes as it says. */
async function runPublished(id: string) {
  const sender = example(id);
  const later = { ms: 0 };
  const published: { now: (() => string) | null; fetches: number } = { now: null, fetches: 0 };
  await run([sender], {
    clock: { now: () => NOW, monotonic: () => performance.now() + later.ms },
    async fetch() {
      published.fetches += 1;
      if (published.now === null) throw new Error("no route");
      return { status: 200, body: Buffer.from(published.now()) };
    },
  });
  let at = NOW;
  const send = async (from: ExampleSource) => {
    at += 1;
    return (await running.send(signedEvent(from, { now: at }))).status;
  };
  /** The same sender with other keys. */
  const rekeyed = (): ExampleSource => {
    const keys = {
      ...makeSecret(sender.provider.recipe, { now: NOW }),
      secret: sender.keys.secret,
    };
    return { ...sender, keys };
  };
  const publish = ({ keys }: ExampleSource) => {
    published.now = () => keys.certificate ?? "";
  };
  return { sender, send, rekeyed, publish, published, later };
}

test.each(FETCHED)(
  "verifySignature() takes what %s signs with a key that was replaced in place, and fetches once a second for forged ones",
  async (id) => {
    const { sender, send, rekeyed, publish, published, later } = await runPublished(id);
    publish(sender);
    expect(await send(sender)).toBe(200);
    const replaced = rekeyed();
    publish(replaced);
    later.ms += 1_001;
    expect(await send(replaced)).toBe(200);
    expect(await send(sender)).toBe(401);
    expect(published.fetches).toBe(2);
    const forger = rekeyed();
    later.ms += 1_001;
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(forger)));
    expect(answers).toEqual(Array(20).fill(401));
    expect(await send(replaced)).toBe(200);
    expect(published.fetches).toBe(3);
  },
);

test.each(FETCHED)(
  "verifySignature() answers a forged request for %s with 503 only while it is open whether the key was replaced",
  async (id) => {
    const { sender, send, rekeyed, publish, published, later } = await runPublished(id);
    publish(sender);
    expect(await send(sender)).toBe(200);
    const forger = rekeyed();
    published.now = null;
    later.ms += 1_001;
    expect(await send(forger)).toBe(503);
    expect(await send(sender)).toBe(200);
    publish(sender);
    later.ms += 10_001;
    expect(await send(forger)).toBe(401);
    expect(await send(sender)).toBe(200);
  },
);

test.each(FETCHED)(
  "verifySignature() never answers 401 for what is fetched broken for %s, and does not keep it",
  async (id) => {
    const { sender, send, published, later, publish } = await runPublished(id);
    const good = sender.keys.certificate ?? "";
    const lines = good.split("\n");
    for (const broken of [
      "",
      "<html>",
      good.slice(0, -100),
      lines.toSpliced(3, 1, "!").join("\n"),
    ]) {
      published.now = () => broken;
      later.ms += 10_001;
      expect([broken, await send(sender)]).toEqual([broken, 503]);
    }
    publish(sender);
    later.ms += 10_001;
    expect(await send(sender)).toBe(200);
  },
);

test("verifySignature() fetches nothing from a host that the provider's file does not pin", async () => {
  const paypal = example("paypal");
  await run([paypal], { fetch: () => Promise.reject(new Error("must not be fetched")) });
  const request = signedEvent(paypal, { now: NOW });
  for (const url of [
    "https://evil.example/cert",
    "http://api.paypal.com/v1/notifications/certs/a",
  ]) {
    const headers = { ...request.headers, "paypal-cert-url": url };
    expect((await running.send({ ...request, headers })).status).toBe(401);
  }
  expect(
    running.lines.filter(({ msg }) => msg === "cannot fetch a certificate, answered 503"),
  ).toEqual([]);
});

test("verifySignature() answers 503 and the edge is not ready while our clock is wrong, and recovers", async () => {
  const stripe = example("stripe");
  const slack = example("slack");
  await run([stripe, slack]);
  const send = async (from: ExampleSource, signedAt: number) =>
    (await running.send(signedEvent(from, { now: signedAt }))).status;
  expect(await send(stripe, NOW)).toBe(200);
  time.now = NOW + 3_600_000;
  const statuses: number[] = [];
  for (let second = 1; second < 7; second += 1) {
    statuses.push(await send(second % 2 ? stripe : slack, NOW + second * 1_000));
  }
  expect(statuses).toEqual([401, 401, 401, 401, 503, 503]);
  expect(running.edge.ready()).toEqual({
    ready: false,
    problems: [expect.stringMatching(/^the clock seems to be 35\d\d s ahead/)],
  });
  // A forged one is still refused, and so is one that is off by another time.
  const forged = signedEvent(example("stripe"), { now: NOW });
  expect((await running.send(forged)).status).toBe(401);
  expect(await send(stripe, NOW - 9_000_000)).toBe(401);
  expect((await quarantined(8)).map(({ reason }) => reason)).toEqual([
    ...Array(6).fill("stale"),
    "no_match",
    "stale",
  ]);
  time.now = NOW + 10_000;
  expect(await send(stripe, NOW + 10_000)).toBe(200);
  expect(running.edge.ready().ready).toBe(true);
});

test("verifySignature() answers 401 if only one source sends stale requests", async () => {
  const stripe = example("stripe");
  await run([stripe]);
  time.now = NOW + 3_600_000;
  for (let round = 0; round < 8; round += 1) {
    expect((await running.send(signedEvent(stripe, { now: NOW + round * 1_000 }))).status).toBe(
      401,
    );
  }
  expect(running.edge.ready().ready).toBe(true);
});

test("verifySignature() does not count a pause of its own against a request that came in it", async () => {
  const stripe = example("stripe");
  await run([stripe]);
  const send = async (signedAt: number) =>
    (await running.send(signedEvent(stripe, { now: signedAt }))).status;
  time.now = NOW + 301_000;
  expect(await send(NOW)).toBe(401);
  pauseProcess(2_000);
  expect(await send(NOW)).toBe(200);
  expect(await send(NOW - 5_000)).toBe(401);
});

test("verifySignature() stops accepting a retiring secret when its time is up, without a reload", async () => {
  const secrets = [
    { id: "new", value: "n", state: "active", until: null },
    { id: "old", value: "o", state: "retiring", until: NOW + 60_000 },
    { id: "gone", value: "g", state: "revoked", until: null },
  ] as const;
  const source = example("generic", { name: "rotated", secrets }).source;
  running = await runEdge({ clock, sources: [source] });
  const post = async (secret: string) =>
    (await running.post(eventBody(), { source: "rotated", secret })).status;
  expect([await post("n"), await post("o"), await post("g")]).toEqual([200, 200, 401]);
  time.now = NOW + 60_000;
  expect([await post("n"), await post("o")]).toEqual([200, 401]);
  const uses = () => running.dispatcher.reports.flatMap(({ secretUses }) => secretUses);
  await waitFor(() => uses().reduce((sum, use) => sum + use.uses, 0) === 3, { what: "the uses" });
  expect(new Set(uses().map(({ source, secretId }) => `${source} ${secretId}`))).toEqual(
    new Set(["rotated new", "rotated old"]),
  );
});

test("verifySignature() uses the scheme that a source names, or its own recipe", async () => {
  const recipe = {
    kind: "shared_secret",
    scheme: "own",
    from: { header: "x-my-token" },
  } as const;
  const secrets = [{ id: "1", value: "t0ken", state: "active", until: null }] as const;
  const own = { ...example("generic").source, name: "own", provider: "custom", recipe, secrets };
  const named = { ...example("cloudevents").source, scheme: "cloudevents_url", secrets };
  running = await runEdge({ clock, sources: [own, named] });
  const ask = async (path: string, headers: Record<string, string>) => {
    const body = '{"type":"a.b"}';
    return (await running.ask(`/api/webhooks/${path}`, { method: "POST", headers, body })).status;
  };
  expect(await ask("own", { "x-my-token": "t0ken" })).toBe(200);
  expect(await ask("own", { "x-my-token": "other" })).toBe(401);
  expect(running.dispatcher.events).toMatchObject([{ provider: "custom", type: "a.b" }]);
  expect(await ask("cloudevents?access_token=t0ken", { "ce-type": "c" })).toBe(200);
  // Its first scheme does not count then.
  expect(await ask("cloudevents", { "ce-type": "d", authorization: "Bearer t0ken" })).toBe(401);
});

/** A source with a trial certificate: its sender's, or another one. */
function trialSource(id: string, { trusted = true } = {}): ExampleSource {
  const example = exampleSource(provider(id));
  const other = makeSecret(example.provider.recipe, { now: Date.now() });
  const certificate = (trusted ? example.keys : other).certificate ?? "";
  return { ...example, source: { ...example.source, trialCertificate: certificate } };
}

test.each(["paypal", "aws_sns"])(
  "a trial certificate is trusted without fetching one: %s",
  async (id) => {
    const example = trialSource(id);
    const fetched: string[] = [];
    running = await runEdge({
      sources: [example.source],
      async fetch(url) {
        fetched.push(url);
        return { status: 500, body: new Uint8Array(0) };
      },
    });
    const answer = await running.send(signedEvent(example));
    expect(answer.status).toBe(200);
    expect(fetched).toEqual([]);
    expect(running.dispatcher.events).toHaveLength(1);
  },
);

test("a trial certificate vouches for its own key only", async () => {
  const example = trialSource("paypal", { trusted: false });
  running = await runEdge({ sources: [example.source] });
  expect((await running.send(signedEvent(example))).status).toBe(401);
  expect(running.dispatcher.events).toEqual([]);
});
