import { formatHeaderBlock } from "@hookgate/providers";
import { captureOf, eventPlace } from "@hookgate/telemetry";
import { recordedTracing } from "@hookgate/telemetry/suite";
import { makeEvent } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import type { CaptureResult } from "../store/contract/captures.ts";
import type { Outcome } from "../store/contract/deliveries.ts";
import { exampleSource } from "../suite/example_source.ts";
import { sampleClaimed } from "../suite/sample_claimed.ts";
import type { TargetResult } from "../targets/target.ts";
import { EventTraces } from "./event_traces.ts";

const UPSTREAM = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const HEADERS = formatHeaderBlock(["traceparent", UPSTREAM]);

function traced({ trusts = false, sampled = true } = {}) {
  const { tracing, spans } = recordedTracing({ sampled });
  const traces = new EventTraces({ tracing, store: "x" });
  traces.use([{ ...exampleSource(), ...(trusts && { trustTraceparent: true }) }]);
  return { tracing, spans, traces };
}

const outcome = (next: Outcome["next"]) => ({ next, failure: null }) as Outcome;

test.each<[TargetResult, string | undefined]>([
  [{ kind: "succeeded" }, undefined],
  [{ kind: "failed", error: "a secret", permanent: false }, "failed"],
  [{ kind: "timed_out", error: "late" }, "timed_out"],
  [{ kind: "interrupted" }, undefined],
  [{ kind: "not_started" }, undefined],
])("attempt() writes %j under the event's request", (result, error) => {
  const { tracing, spans, traces } = traced();
  const claimed = sampleClaimed({ delivery: { attempt: 2, replay: "rpl_1" } });
  const attempt = traces.attempt(claimed, "handler");
  const part = attempt.startPart("handle enrolments", {});
  part.end();
  attempt.end(result, outcome({ state: "waiting", nextAttemptAt: 1 }));
  const [span, inner] = spans;
  expect(span).toMatchObject({
    ...{ name: "attempt enrolments", kind: "consumer", ended: true, error },
    parent: tracing.requestOf(claimed.event.id, null),
    attributes: {
      "hookgate.event.id": claimed.event.id,
      "hookgate.delivery.id": claimed.delivery.id,
      "hookgate.attempt": 3,
      "hookgate.replay.id": "rpl_1",
      "hookgate.outcome": result.kind,
      "hookgate.delivery.state": "waiting",
    },
  });
  expect(inner?.parent).toBe(span?.traceparent);
  expect(JSON.stringify(spans)).not.toContain("a secret");
});

test("committed() writes a part of the commit for each event, under its way to the dispatcher", () => {
  const { tracing, spans, traces } = traced();
  const events = [makeEvent(), makeEvent()];
  const [first, second] = events;
  const results = [
    { eventId: first?.id, duplicate: false, deliveries: [1, 2] },
    { eventId: "evt_1", duplicate: true, deliveries: [] },
  ] as unknown as CaptureResult[];
  traces.committed(events, results, { from: 1, to: 2 });
  expect(spans).toMatchObject([
    {
      ...{ name: "commit", at: 1, error: undefined },
      parent: captureOf(tracing.requestOf(first?.id ?? "", null)),
      attributes: {
        "hookgate.outcome": "stored",
        "hookgate.deliveries": 2,
        "hookgate.commit.events": 2,
      },
    },
    {
      parent: captureOf(tracing.requestOf(second?.id ?? "", null)),
      attributes: { "hookgate.outcome": "duplicate", "hookgate.duplicate_of": "evt_1" },
    },
  ]);
  traces.committed(events, { error: "store" }, { from: 1, to: 2 });
  expect(spans.slice(2)).toMatchObject([{ error: "store" }, { error: "store" }]);
});

test("nothing is written of an event that the sampler leaves out, and targets are told so", () => {
  const { spans, traces } = traced({ sampled: false });
  const [event, claimed] = [makeEvent(), sampleClaimed()];
  traces.committed([event], { error: "store" }, { from: 1, to: 2 });
  traces.made(event, "release");
  const attempt = traces.attempt(claimed, "handler");
  const { traceId, spanId } = eventPlace(claimed.event.id);
  expect(attempt.startPart("POST", {}).traceparent).toBe(`00-${traceId}-${spanId}-00`);
  attempt.end({ kind: "succeeded" }, outcome({ state: "delivered" }));
  expect(spans).toEqual([]);
});

test("made() begins the trace of an event that had no request", () => {
  const { tracing, spans, traces } = traced();
  const event = makeEvent({ headers: HEADERS });
  traces.made(event, "release");
  const as = tracing.requestOf(event.id, null);
  expect(spans).toMatchObject([{ name: "release", parent: null, as, ended: true }]);
});

test("what others keep with a trace is continued only with a trace that is believed and valid", () => {
  const stateOf = (traceparent: string, trusts: boolean) => {
    const headers = formatHeaderBlock(["traceparent", traceparent, "tracestate", "theirs=1"]);
    const { spans, traces } = traced({ trusts });
    traces
      .attempt(sampleClaimed({ event: { source: "academy", headers } }), "handler")
      .startPart("handle x", {});
    return spans.map(({ tracestate }) => tracestate || "");
  };
  expect(stateOf(UPSTREAM, true)).toEqual(["theirs=1", "theirs=1"]);
  expect(stateOf(UPSTREAM, false)).toEqual(["", ""]);
  expect(stateOf("00-x", true)).toEqual(["", ""]);
});

test("the trace that a request came with counts only if its source is trusted", () => {
  const claimed = sampleClaimed({ event: { source: "academy", headers: HEADERS } });
  const place = claimed.event.id.slice(4);
  for (const [trusts, traceId] of [
    [true, UPSTREAM.slice(3, 35)],
    [false, place],
  ] as const) {
    const { spans, traces } = traced({ trusts });
    traces.attempt(claimed, "handler");
    expect(spans[0]?.parent).toBe(`00-${traceId}-${place.slice(16)}-01`);
  }
});
