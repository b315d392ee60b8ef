import {
  incoming,
  type OutgoingRequest,
  type Recipe,
  sign,
  verifyInTurns,
} from "@hookgate/signature";
import {
  COST_MS_MAX,
  costMsMax,
  hostileBodies,
  hostileTexts,
  leastCpuMs,
  longestStretchMs,
} from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import type { Provider } from "../provider.ts";
import { usedHeaders } from "./changes.ts";
import { judge, NOW, type Scheme, sampleRequest, signed, signingOptions } from "./scheme.ts";

const FORM_TYPE = "application/x-www-form-urlencoded";

/** Describing may take this much longer than refusing: only a sender who is proven can have it done, a list of thousands of events. */
const PROVEN_FACTOR = 2;

/**
 * Checks that no bytes that a stranger sends, nor those of a sender who is proven, cost much more time than hashing them.
 * It fails by CPU time, so it holds on a busy machine.
 */
export function checkWork(
  provider: Provider,
  scheme: Scheme,
  settings: Readonly<Record<string, string>>,
): void {
  const secrets = [{ id: "0", value: scheme.keys.secret }];

  function handshake(request: OutgoingRequest): void {
    provider.handshake?.answer(incoming(request, NOW), { secrets, settings });
  }

  test("works no longer on a hostile body than a small multiple of hashing it", async () => {
    const sample = signed(provider, scheme);
    const bodies = hostileBodies(Buffer.from(sample.body).toString());
    const msMax = await costMsMax(bodies[0]?.body ?? sample.body);
    const dear: string[] = [];
    for (const { name, body, contentType } of bodies) {
      const headers = { ...sample.headers, "content-type": contentType };
      // A new copy each time: a document that was read before is remembered by its bytes.
      const request = () => ({ ...sample, headers, body: Uint8Array.from(body) });
      const describe = () => describeEvent(provider, incoming(request(), NOW));
      const works: [string, () => unknown, number][] = [
        ["verify", () => judge(scheme, request()), msMax],
        ["handshake", () => handshake(request()), msMax],
        ["describe", describe, PROVEN_FACTOR * msMax],
      ];
      for (const [what, work, most] of works) {
        const ms = await leastCpuMs(work, { msMax: most });
        if (ms > most) dear.push(`${what}, ${name}: ${ms.toFixed(0)} ms of ${most.toFixed(0)}`);
      }
    }
    expect(dear).toEqual([]);
  });

  test("calls no body badly signed because it is too large to be looked into", async () => {
    const verdict = await judge(scheme, signedLarge(provider, scheme), { by: verifyInTurns });
    expect(verdict.ok ? "ok" : verdict.reason).toMatch(/^(?:ok|body_too_large)$/);
  });

  const largest = largestRequests(provider, scheme);
  if (largest.length > 0) {
    test("judges the largest bodies without keeping others waiting", async () => {
      const wrong: string[] = [];
      for (const { what, request, valid } of largest.map((make) => make())) {
        const msMax = 2 * (await costMsMax(request.body.subarray(0, MIB / 2)));
        const work = async () => {
          // A view of its own each time: a form that was read before is remembered by its bytes.
          const own = { ...request, body: request.body.subarray() };
          const verdict = await judge(scheme, own, { by: verifyInTurns });
          if (valid && !verdict.ok) wrong.push(`${what}: ${verdict.reason}`);
        };
        const ms = await leastCpuMs(work, { msMax, measure: longestStretchMs });
        if (ms > msMax) wrong.push(`${what}: ${ms.toFixed(0)} ms of ${msMax.toFixed(0)}`);
      }
      expect(wrong).toEqual([]);
    }, 120_000);
  }

  test("works no longer on any number of signatures", async () => {
    const sample = signed(provider, scheme);
    const names = usedHeaders(scheme.signWith, sample, scheme.signedHeaders);
    // Each is another one, as well-formed as the sample's.
    const values = names.map((name) => {
      const value = sample.headers[name] ?? "";
      return Array.from({ length: 100 }, (_, at) => value.slice(0, -3) + (at + 100));
    });
    const seen = incoming(sample, NOW);
    const start = numberedStart(scheme.signWith);
    const headers = (name: string) => {
      if (start !== null && name.startsWith(start)) {
        return values
          .flat()
          .slice(Number(name.slice(start.length)) - 1)
          .slice(0, 1);
      }
      const at = names.indexOf(name);
      return at < 0 ? seen.headers(name) : (values[at] ?? []);
    };
    const lists = names.flatMap((name, at) =>
      [",", " ", "&", ";"].map((mark): [string, string] => [name, (values[at] ?? []).join(mark)]),
    );
    const requests = [
      { ...seen, headers },
      ...lists.map(([name, list]) =>
        incoming({ ...sample, headers: { ...sample.headers, [name]: list } }, NOW),
      ),
    ];
    for (const request of requests) {
      const work = async () =>
        verifyInTurns(scheme.verifyWith, request, { secrets: Array(10).fill(secrets).flat() });
      expect(await leastCpuMs(work, { msMax: COST_MS_MAX })).toBeLessThan(COST_MS_MAX);
    }
  });

  test("works no longer on hostile headers and URLs", async () => {
    const sample = signed(provider, scheme);
    const dear: string[] = [];
    const names = usedHeaders(scheme.signWith, sample, scheme.signedHeaders);
    const requests = names.flatMap((name) =>
      hostileTexts(sample.headers[name] ?? "").map((text): [string, OutgoingRequest] => [
        name,
        { ...sample, headers: { ...sample.headers, [name]: text } },
      ]),
    );
    for (const text of hostileTexts("a=1")) {
      requests.push(["url", { ...sample, url: `${sample.url}?${text}` }]);
    }
    for (const [place, request] of requests) {
      const work = async () => {
        await judge(scheme, request);
        handshake(request);
      };
      const ms = await leastCpuMs(work, { msMax: COST_MS_MAX });
      if (ms > COST_MS_MAX) dear.push(`${place}: ${ms.toFixed(0)} ms`);
    }
    expect(dear).toEqual([]);
  });
}

function numberedStart(recipe: Recipe): string | null {
  return "signature" in recipe &&
    typeof recipe.signature === "object" &&
    "numbered" in recipe.signature
    ? recipe.signature.numbered
    : null;
}

const MIB = 1024 * 1024;

/** The sample's body with another field or member, or with spaces after its JSON. */
function padded({ headers, body }: OutgoingRequest, bytes: number): Buffer {
  const isForm = headers["content-type"]?.startsWith(FORM_TYPE) ?? false;
  const text = Buffer.from(body).toString();
  const isObject = /^\{\s*"/.test(text);
  const [start, end] = isForm
    ? [`${text}&a=`, ""]
    : isObject
      ? ['{"padding":"', `",${text.slice(1)}`]
      : [text, ""];
  const left = bytes - Buffer.byteLength(start) - Buffer.byteLength(end);
  const padding = isForm || isObject ? "a" : " ";
  return Buffer.concat([Buffer.from(start), Buffer.alloc(left, padding), Buffer.from(end)]);
}

/** Larger than what is looked into, and rightly signed; where that cannot be done either, with the signature of the sample. */
function signedLarge(provider: Provider, { signWith, keys, url }: Scheme): OutgoingRequest {
  const sample = sampleRequest(provider, { url, scheme: signWith.scheme });
  const grow = (request: OutgoingRequest) => ({ ...request, body: padded(request, MIB + 1) });
  try {
    return sign(signWith, grow(sample), signingOptions(keys));
  } catch {
    return grow(sign(signWith, sample, signingOptions(keys)));
  }
}

/** A field as large as a source's bodies may be, in bytes: looked into in one go it takes 100 ms and more. */
const FIELD_BYTES = 32 * MIB;

interface LargestRequest {
  what: string;
  request: OutgoingRequest;
  /** Whether it must be accepted. */
  valid: boolean;
}

/** As large as the provider's bodies may be, rightly signed and not; and forms with each of their fields in turn made large. */
function largestRequests(provider: Provider, scheme: Scheme): (() => LargestRequest)[] {
  const { signWith, keys, url } = scheme;
  const sample = sampleRequest(provider, { url, scheme: signWith.scheme });
  const isForm = sample.headers["content-type"]?.startsWith(FORM_TYPE) ?? false;
  const requests: (() => LargestRequest)[] = [];
  const { bodyBytesMax } = provider;
  // What is in JSON is looked for in 1 MiB at most: Mailgun's events have a few KB, and its messages are forms.
  if (bodyBytesMax !== undefined && !JSON.stringify(signWith).includes('"json":')) {
    const body = () => padded(sample, bodyBytesMax);
    const request = () => sign(signWith, { ...sample, body: body() }, signingOptions(keys));
    requests.push(() => ({ what: "a valid body", request: request(), valid: true }));
    requests.push(() => {
      const { headers, ...forged } = request();
      const changed = Buffer.from(forged.body).fill("b", forged.body.length - 1);
      return {
        what: "a forged body",
        request: { ...forged, headers, body: changed },
        valid: false,
      };
    });
  }
  // What takes longest to sort is tried with a recipe of its own.
  const isSorted = "signed" in signWith && signWith.signed.includes("sorted_form");
  if (!isForm || isSorted) return requests;
  const form = new URLSearchParams(Buffer.from(signed(provider, scheme).body).toString());
  for (const name of new Set(form.keys())) {
    requests.push(() => {
      const others = [...form].filter(([other]) => other !== name);
      const body = `${new URLSearchParams(others)}&${name}=${"a".repeat(FIELD_BYTES)}`;
      const request = { ...signed(provider, scheme), body: Buffer.from(body) };
      return { what: `a large ${name}`, request, valid: false };
    });
  }
  return requests;
}
