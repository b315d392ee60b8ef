import { findProvider } from "@hookgate/providers";
import { makeSecret } from "@hookgate/signature";
import { afterEach, expect, test } from "@jest/globals";
import { type ExampleSource, exampleSource, signedEvent } from "../suite/example_source.ts";
import { type RunningEdge, runEdge } from "../suite/run_edge.ts";

let running: RunningEdge;

afterEach(() => running.stop());

/** A source that trusts a certificate of its own, or another one than its sender has. */
function trialSource(id: string, { trusted = true } = {}): ExampleSource {
  const provider = findProvider(id);
  if (provider === null) throw new TypeError(`Cannot find ${id}`);
  const example = exampleSource(provider);
  const other = makeSecret(provider.recipe, { now: Date.now() });
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
