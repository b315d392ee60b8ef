import { findProvider } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import { patienceOf } from "../sources/patience.ts";
import type { SourceFacts } from "../sources/source_facts.ts";
import type { EventPage } from "../store/contract/events.ts";
import { exampleSource } from "../suite/example_source.ts";
import { sourceCalls } from "./source_calls.ts";

const NOW = Date.parse("2026-01-02T03:04:05.678Z");
const MINUTE = Date.parse("2026-01-02T03:04:00Z");

/** What is known of a source whose last event was counted then. */
function factsOf(name: string, lastAt: number | null): SourceFacts {
  const provider = findProvider("generic");
  if (provider === null) throw new TypeError("Cannot test: there is no generic provider");
  const patience = patienceOf(provider, { outage: null, now: NOW });
  const quiet = { silence: null, quietTypes: [], handshake: null };
  return { source: exampleSource({ name }), provider, lastAt, patience, ...quiet };
}

test("listSources() says when the last event of each came: what is stored, or a duplicate that is only counted", async () => {
  const stored: Record<string, number> = { moment: NOW, duplicate: MINUTE - 1 };
  const asked: string[] = [];
  const { listSources } = sourceCalls({
    store: {
      now: () => NOW,
      readBuckets: async () => [],
      async listEvents({ source = "" }) {
        asked.push(source);
        const receivedAt = stored[source];
        const events = receivedAt === undefined ? [] : [{ event: { receivedAt } }];
        return { events, cursor: null } as unknown as EventPage;
      },
    },
    sourceFacts: async () => [
      factsOf("moment", MINUTE),
      factsOf("expired", MINUTE),
      factsOf("duplicate", MINUTE),
      factsOf("never", null),
    ],
  });
  const { sources } = await listSources({});
  expect(sources.map(({ name, lastReceivedAtMs }) => [name, lastReceivedAtMs])).toEqual([
    ["duplicate", MINUTE],
    ["expired", MINUTE],
    ["moment", NOW],
    ["never", undefined],
  ]);
  expect(asked).not.toContain("never");
});

test("listSources() asks the store for few sources at once, however many there are", async () => {
  let [asking, most] = [0, 0];
  const { listSources } = sourceCalls({
    store: {
      now: () => NOW,
      readBuckets: async () => [],
      async listEvents() {
        asking += 1;
        most = Math.max(most, asking);
        await new Promise((resolve) => setImmediate(resolve));
        asking -= 1;
        return { events: [], cursor: null };
      },
    },
    sourceFacts: async () => Array.from({ length: 100 }, (_, at) => factsOf(`s${at}`, MINUTE)),
  });
  expect((await listSources({})).sources).toHaveLength(100);
  expect(most).toBeLessThanOrEqual(16);
});
