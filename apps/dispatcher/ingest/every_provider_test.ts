import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfiguredSource } from "@hookgate/config";
import { PROVIDERS, type Provider, schemeSample, withSettings } from "@hookgate/providers";
import { compileSource } from "@hookgate/receive";
import {
  type AnyRecipe,
  incoming,
  type MadeSecret,
  makeSecret,
  type OutgoingRequest,
  type Recipe,
  readPlace,
  sign,
} from "@hookgate/signature";
import { createLog } from "@hookgate/telemetry";
import { type CapturedEvent, newId } from "@hookgate/types";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openSqliteStore, type SqliteStore } from "../store/sqlite/sqlite_store.ts";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const RETRY_MS = 30_000;
/** Between two events: within the tolerance of those that sign when it happened. */
const STEP_MS = 1_500;

/** One way in which a provider signs. */
interface Scheme {
  provider: Provider;
  recipe: Exclude<Recipe, AnyRecipe>;
  /** `scheme` of the source. */
  scheme: string | null;
}

const SCHEMES = Object.values(PROVIDERS).flatMap((provider): [string, Scheme][] =>
  [provider.recipe, ...(provider.alternatives ?? [])].flatMap((recipe, index) => {
    const recipes = recipe.kind === "any" ? recipe.recipes : [recipe];
    const scheme = index === 0 ? null : recipe.scheme;
    return recipes.map((one): [string, Scheme] => [one.scheme, { provider, recipe: one, scheme }]);
  }),
);

let dataDir = "";
let store: SqliteStore;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "hookgate-providers-"));
  const log = createLog({ name: "test", level: "silent" });
  store = await openSqliteStore({ dataDir, dispatcherId: "me", log });
});

afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

/** A source with this scheme, which nobody else has, and its sender. */
function sender({ provider, recipe, scheme }: Scheme) {
  const made = makeSecret(recipe, { now: NOW });
  const keys = { ...made, secret: accountOf(provider, recipe) ?? made.secret };
  const required = (provider.settings ?? []).filter((setting) => setting.required);
  const configured: ConfiguredSource = {
    name: `${recipe.scheme}/${newId("evt").slice(-8)}`,
    provider: provider.id,
    secrets: [{ id: "1", value: keys.secret, state: "active", until: null }],
    scheme,
    publicUrl: `https://hooks.example.com/api/webhooks/${provider.id}`,
    settings: Object.fromEntries(required.map(({ name }) => [name, "example"])),
    allowedIps: { mode: "off", ranges: [] },
    ...(keys.certificate !== null && { trialCertificate: keys.certificate }),
  };
  const source = compileSource(configured);
  if (source === null) throw new TypeError(`Cannot test: there is no ${recipe.scheme}`);
  const url = configured.publicUrl ?? "";

  return {
    sample(type: string, happenedAt = NOW): OutgoingRequest {
      const sampled = { scheme: recipe.scheme, type, now: new Date(happenedAt) };
      const { body, contentType, headers } = schemeSample(provider, sampled);
      const all = { ...headers, "content-type": contentType };
      return { method: "POST", url, headers: all, body: Buffer.from(body) };
    },
    sign: (request: OutgoingRequest, now: number) =>
      signWith(withSettings(recipe, configured.settings), request, { keys, now }),
    /** The event that a signed request is; null if it is refused. */
    async receive(request: OutgoingRequest, receivedAt: number): Promise<CapturedEvent | null> {
      const seen = incoming(request, receivedAt);
      const verdict = await source.verify(seen);
      if (!verdict.ok) return null;
      return source.event(seen, {
        id: newId("evt", { now: receivedAt }),
        acceptance: verdict,
        allowed: "allowed",
        ...{ address: "", addressChain: "", rawHeaders: Object.entries(request.headers).flat() },
      });
    },
  };
}

function signWith(
  recipe: Recipe,
  request: OutgoingRequest,
  { keys, now }: { keys: MadeSecret; now: number },
): OutgoingRequest {
  const { secret, privateKey } = keys;
  return sign(recipe, request, { secret, now, ...(privateKey && { privateKey }) });
}

function accountOf({ sample, sampleTypes }: Provider, recipe: Recipe): string | null {
  if (recipe.kind !== "certificate" || recipe.identity === undefined) return null;
  const { body, headers = {} } = sample(sampleTypes[0] ?? "", new Date(NOW));
  const request = { method: "POST", url: "http://localhost/", headers, body: Buffer.from(body) };
  return readPlace({ request: incoming(request, NOW) }, recipe.identity) ?? null;
}

async function commit(event: CapturedEvent | null) {
  if (event === null) throw new TypeError("Cannot test: the request was refused");
  const capture = { event, deliveries: [], skipped: [] };
  const [result] = (await store.commit([capture], { revision: 0 })) ?? [];
  const flags = (await store.getEvent(event.id))?.event.flags ?? [];
  return { ...result, flags };
}

/** The request as a provider that counts its attempts in the body sends it again. */
function counted(request: OutgoingRequest): OutgoingRequest {
  const json: unknown = JSON.parse(Buffer.from(request.body).toString());
  const body = JSON.stringify({ ...(json as object), attempts: [1], delivery_attempts: 2 });
  return { ...request, body: Buffer.from(body) };
}

test.each(SCHEMES)("%s: two events with other content are two events", async (_, scheme) => {
  const { sample, sign, receive } = sender(scheme);
  const types = scheme.provider.sampleTypes;
  const requests = [...types, types[0] ?? ""].map((type, n) => sample(type, NOW - n * STEP_MS));
  for (const request of requests) {
    const result = await commit(await receive(sign(request, NOW), NOW));
    expect(result.duplicate).toBe(false);
  }
});

test.each(SCHEMES)(
  "%s: a request sent again is a duplicate if anything tells it apart",
  async (_, scheme) => {
    const { sample, sign, receive } = sender(scheme);
    for (const [n, type] of scheme.provider.sampleTypes.entries()) {
      const request = sample(type, NOW - n * STEP_MS);
      const event = await receive(sign(request, NOW), NOW);
      if (event === null) throw new TypeError("Cannot test: the request was refused");
      const first = await commit(event);
      const later = NOW + RETRY_MS;
      const retried = event.dedupe === "id" && isJson(request) ? counted(request) : request;
      const again = await receive(sign(retried, later), later);
      const second = await commit(again);
      if (event.dedupe === "none") {
        expect(first.flags).toContain("may_repeat");
        expect(second).toMatchObject({ duplicate: false, eventId: again?.id });
        expect(second.flags).toEqual(expect.arrayContaining(["may_repeat", "seen_before"]));
      } else if (scheme.provider.identity.idUnique !== false) {
        expect(second).toMatchObject({ duplicate: true, eventId: event.id });
      }
    }
  },
);

function isJson({ headers, body }: OutgoingRequest): boolean {
  return headers["content-type"]?.includes("json") === true && body[0] === "{".charCodeAt(0);
}

test.each(SCHEMES)("%s: what is not flagged cannot be changed unnoticed", async (_, scheme) => {
  const { sample, sign, receive } = sender(scheme);
  for (const type of scheme.provider.sampleTypes) {
    const request = sign(sample(type), NOW);
    const event = await receive(request, NOW);
    if (event === null) throw new TypeError("Cannot test: the request was refused");
    for (const name of Object.keys(request.headers)) {
      const headers = { ...request.headers, [name]: `${request.headers[name]}1` };
      const changed = await receive({ ...request, headers }, NOW);
      if (changed === null) continue;
      const isSameId = changed.providerEventId === event.providerEventId;
      const isSameType = changed.providerType === event.providerType;
      expect(isSameId || event.flags.includes("id_not_signed")).toBe(true);
      expect(isSameType || event.flags.includes("type_not_signed")).toBe(true);
    }
    for (const [from, to] of [
      [event.providerEventId, `${event.providerEventId}1`],
      [event.providerType, `${event.providerType}1`],
    ] as const) {
      if (from === "") continue;
      const body = Buffer.from(Buffer.from(request.body).toString().replace(from, to));
      const changed = await receive({ ...request, body }, NOW);
      if (changed === null) continue;
      const isSameId = changed.providerEventId === event.providerEventId;
      const isSameType = changed.providerType === event.providerType;
      expect(isSameId || event.flags.includes("id_not_signed")).toBe(true);
      expect(isSameType || event.flags.includes("type_not_signed")).toBe(true);
    }
  }
});
