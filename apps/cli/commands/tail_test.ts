import type { AdminHandlers } from "@hookgate/rpc";
import { eventToMessage, startRpcServer } from "@hookgate/rpc";
import { makeEvent, waitFor } from "@hookgate/testing";
import { newId } from "@hookgate/types";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { callHookgate } from "../suite/call_hookgate.ts";
import {
  refusingAdmin,
  type ScriptedDispatcher,
  startScriptedDispatcher,
} from "../suite/scripted_dispatcher.ts";

const NO_BYTES = new Uint8Array(0);

const ids: string[] = [];
const asked: Parameters<AdminHandlers["listEvents"]>[0][] = [];
let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async listEvents(request) {
      asked.push(request);
      const newest = ids.toSorted().toReversed().slice(0, request.pageSize);
      const events = newest.map((id) => {
        const flags = ["may_repeat", "seen_before"] as const;
        const event = makeEvent({
          ...{ id, type: "a\u001b[2J", flags },
          ...{ headers: NO_BYTES, body: NO_BYTES },
        });
        return { event: eventToMessage(event), bodyBytes: 0, deliveries: [] };
      });
      return { events, nextPageToken: "", notes: [] };
    },
  });
});
afterAll(() => dispatcher.close());

test("hookgate tail shows what comes, oldest first and once, and nothing that came before", async () => {
  const add = () => {
    const id = newId("evt");
    ids.push(id);
    return id;
  };
  const before = [add(), add()];
  const interrupt = new AbortController();
  const ended = dispatcher.call(["tail", "--source", "academy"], { interrupt: interrupt.signal });
  await waitFor(() => asked.length >= 3, { what: "three looks" });
  const later = [add(), add()];
  const looks = asked.length + 2;
  await waitFor(() => asked.length >= looks, { what: "two more looks", timeoutMs: 10_000 });
  interrupt.abort();
  const { code, out } = await ended;
  expect(code).toBe(0);
  const shown = out
    .trim()
    .split("\n")
    .map((line) => line.split("  ")[1]);
  expect(shown).toEqual(later);
  for (const id of before) expect(out).not.toContain(id);
  expect(out).toContain("a\\u001b[2J");
  expect(out).toContain("  unhandled  seen_before,may_repeat\n");
  expect(asked[0]).toMatchObject({ source: "academy", pageSize: 1 });
  expect(asked[2]?.fromMs).toBeGreaterThan(0);
}, 30_000);

test("hookgate tail says once that the dispatcher is away, and that it is back when it answers", async () => {
  let looks = 0;
  const start = (address: string) =>
    startRpcServer({
      ...{ address, security: { tokens: null, tls: null }, ingest: null, subscription: null },
      admin: refusingAdmin({
        async listEvents() {
          looks += 1;
          return { events: [], nextPageToken: "", notes: [] };
        },
      }),
      log: { error() {} },
    });
  const first = await start("127.0.0.1:0");
  const interrupt = new AbortController();
  const env = { DISPATCHER_ADDRESS: first.address };
  const ended = callHookgate(["tail"], env, { interrupt: interrupt.signal });
  await waitFor(() => looks >= 3, { what: "three looks", timeoutMs: 10_000 });
  await first.close({ graceMs: 0 });
  // It tries three times meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const before = looks;
  const second = await start(first.address);
  await waitFor(() => looks > before + 1, { what: "it to be back", timeoutMs: 20_000 });
  interrupt.abort();
  const { code, err } = await ended;
  await second.close({ graceMs: 0 });
  expect(code).toBe(0);
  expect(err.match(/; waiting\n/g)).toHaveLength(1);
  expect(err.match(/The dispatcher is back\./g)).toHaveLength(1);
}, 60_000);
