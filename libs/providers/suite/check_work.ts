import { incoming, type OutgoingRequest } from "@hookgate/signature";
import { COST_MS_MAX, costMsMax, hostileBodies, hostileTexts, leastCpuMs } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import type { Provider } from "../provider.ts";
import { usedHeaders } from "./changes.ts";
import { judge, NOW, type Scheme, signed } from "./scheme.ts";

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
