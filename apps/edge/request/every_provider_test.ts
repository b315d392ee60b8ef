import { credentialHeadersOf, headerRecord, PROVIDERS, type Provider } from "@hookgate/providers";
import { waitFor } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  certificateUrl,
  type ExampleSource,
  exampleSource,
  signedEvent,
  signedHandshake,
} from "../suite/example_source.ts";
import { type RunningEdge, runEdge } from "../suite/run_edge.ts";

const all = Object.values(PROVIDERS);
const withHandshake = all.filter(({ handshake }) => handshake !== undefined);
const examples = new Map<string, ExampleSource>();
/** The same providers, with a slash at the end of the URLs that they call. */
const slashed = new Map<string, ExampleSource>();
const certificates = new Map<string, string>();

let running: RunningEdge;

beforeAll(async () => {
  for (const provider of all) {
    const name = `slashed/${provider.id}`;
    const publicUrl = `https://hooks.example.com/api/webhooks/${name}/`;
    const example = exampleSource(provider);
    examples.set(provider.id, example);
    slashed.set(provider.id, { ...example, source: { ...example.source, name, publicUrl } });
  }
  running = await runEdge({
    sources: [...examples.values(), ...slashed.values()].map(({ source }) => source),
    rateLimit: { max: 100_000 },
    async fetch(url) {
      const body = Buffer.from(certificates.get(url) ?? "");
      return { status: 200, body };
    },
  });
  const { dispatcher } = running;
  dispatcher.report = async (request) => {
    dispatcher.reports.push(request);
    const enrolled = dispatcher.reports.flatMap((report) => report.enrolled);
    return { refusedKept: 0, enrolmentsOpen: ["asana"], enrolled, trials: [] };
  };
  // If a handshake delivers the secret, the edge first has to know whether one was delivered.
  await waitFor(() => dispatcher.reports.length > 0, { what: "the first report" });
});

afterAll(() => running.stop());

function exampleOf({ id }: Provider): ExampleSource {
  const example = examples.get(id);
  if (example === undefined) throw new TypeError(`Cannot find ${id}`);
  return example;
}

test.each(all.map((provider) => [provider.id, provider] as const))(
  "an event of %s is stored, and answered as its provider wants",
  async (id, provider) => {
    const example = exampleOf(provider);
    const request = signedEvent(example);
    const url = certificateUrl(example, request);
    if (url !== null) certificates.set(url, example.keys.certificate ?? "");
    const before = running.dispatcher.events.length;
    const answer = await running.send(request);
    const own = provider.ownResponse;
    expect(answer.status).toBe(own?.status ?? 200);
    const text = await answer.text();
    if (own === undefined) expect(JSON.parse(text)).toMatchObject({ received: true });
    else expect(text).toBe(own.body);
    // Without content nothing describes it (RFC 9110, 8.6).
    const length = answer.status === 204 ? null : String(Buffer.byteLength(text));
    expect(answer.headers.get("content-length")).toBe(length);
    expect(answer.headers.has("content-type")).toBe(answer.status !== 204);
    const { echo } = own ?? {};
    if (echo !== undefined) expect(answer.headers.get(echo)).toBe(request.headers[echo]);
    const event = running.dispatcher.events[before];
    expect(event).toMatchObject({ source: id, provider: id, secretId: "1" });
    expect(event?.providerType).not.toBe("unknown");
    expect(Buffer.from(event?.body ?? [])).toEqual(Buffer.from(request.body));
    const kept = Object.keys(headerRecord(event?.headers ?? new Uint8Array(0)));
    expect(kept).toContain("host");
    for (const name of credentialHeadersOf(provider)) expect(kept).not.toContain(name);
  },
);

const withMethods = all.flatMap(({ id, methods = [] }) =>
  methods.map((method) => [id, method] as const),
);

test.each(withMethods)("an event of %s that is sent with %s is stored", async (id, method) => {
  const example = examples.get(id) as ExampleSource;
  const request = signedEvent(example, { method, url: `${example.source.publicUrl}?n=${method}` });
  const before = running.dispatcher.events.length;
  const answer = await running.send(request);
  expect(answer.status).toBe(200);
  const event = running.dispatcher.events[before];
  expect(Buffer.from(event?.body ?? [])).toEqual(Buffer.from(request.body));
  const headers = headerRecord(event?.headers ?? new Uint8Array(0));
  expect(headers).toMatchObject({ "hookgate-method": method, "hookgate-query": `n=${method}` });
});

test.each(all.map(({ id }) => id))(
  "an event of %s whose URL ends with a slash is for the same source, and its signature covers that URL",
  async (id) => {
    const example = slashed.get(id) as ExampleSource;
    const request = signedEvent(example);
    const url = certificateUrl(example, request);
    if (url !== null) certificates.set(url, example.keys.certificate ?? "");
    const answer = await running.send(request);
    expect(answer.status).toBe(example.provider.ownResponse?.status ?? 200);
  },
);

test.each(all.map((provider) => [provider.id, provider] as const))(
  "an event of %s that somebody else has signed is refused",
  async (_, provider) => {
    // A certificate that is named stays the provider's: nobody else can put one there.
    const request = signedEvent(exampleSource(provider));
    const before = running.dispatcher.events.length;
    const answer = await running.send(request);
    expect(answer.status).toBe(401);
    const text = await answer.text();
    const refusal = {
      error: "invalid_signature",
      message: "The signature is missing or not valid.",
    };
    if (provider.ownResponse?.emptyRefusals) expect(text).toBe("");
    else expect(JSON.parse(text)).toEqual(refusal);
    expect(running.dispatcher.events).toHaveLength(before);
  },
);

test.each(withHandshake.map((provider) => [provider.id, provider] as const))(
  "the handshake of %s is answered, and nothing is stored",
  async (_, provider) => {
    const example = exampleOf(provider);
    const request = signedHandshake(example);
    const url = certificateUrl(example, request);
    if (url !== null) certificates.set(url, example.keys.certificate ?? "");
    const before = running.dispatcher.events.length;
    const answer = await running.send(request);
    expect(answer.status).toBeLessThan(300);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(running.dispatcher.events).toHaveLength(before);
  },
);

test("answered handshakes are reported to the dispatcher", async () => {
  const seen = () => running.dispatcher.reports.flatMap(({ handshakes }) => handshakes);
  const answered = () => new Set(seen().flatMap(({ source, ok }) => (ok ? [source] : [])));
  await waitFor(() => answered().size === withHandshake.length, { what: "all handshakes" });
});

const signedOnes = withHandshake.filter(({ handshake }) => handshake?.verified);

test.each(signedOnes.map((provider) => [provider.id, provider] as const))(
  "the handshake of %s is refused if somebody else has signed it",
  async (_, provider) => {
    const request = signedHandshake(exampleSource(provider));
    expect((await running.send(request)).status).toBe(401);
  },
);

test.each(all.map((provider) => [provider.id, provider] as const))(
  "%s is sent to with the methods of its events, and with those of its handshake",
  async (id, { methods: events = ["POST"], handshake }) => {
    const before = running.dispatcher.events.length;
    const methods = new Set<string>([...events, ...(handshake?.methods ?? [])]);
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"]) {
      const answer = await running.ask(`/api/webhooks/${id}`, { method });
      if (!methods.has(method)) {
        expect([method, answer.status]).toEqual([method, 405]);
        expect(answer.headers.get("allow")).toBe([...methods].join(", "));
      } else {
        expect(answer.status).not.toBe(405);
      }
    }
    // An empty one is not a handshake, and never an event.
    expect(running.dispatcher.events).toHaveLength(before);
  },
);
