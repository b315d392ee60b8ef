import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { ReportRequest } from "../generated/messages.ts";
import { quarantinedToMessage } from "../messages/quarantined_message.ts";
import {
  handshakeFromMessage,
  handshakeToMessage,
  secretUseFromMessage,
  secretUseToMessage,
} from "../messages/report_messages.ts";
import { exampleQuarantined } from "../suite/example_messages.ts";
import { errorOf, receive, startPair } from "../suite/rpc_pair.ts";
import { RpcError } from "../transport/rpc_error.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const use = { source: "a/b", secretId: "1", uses: 2 ** 40, firstUsedAt: 5, lastUsedAt: 2 ** 41 };
const handshakes = [
  { source: "zoom", at: 1_763_950_000_123, ok: true },
  { source: "x", at: 1, ok: false },
];
const request: ReportRequest = {
  refused: [quarantinedToMessage(exampleQuarantined())],
  secretUses: [secretUseToMessage(use)],
  handshakes: handshakes.map(handshakeToMessage),
  enrolled: [{ source: "asana", value: "näh" }],
};
const NOTHING: ReportRequest = { refused: [], secretUses: [], handshakes: [], enrolled: [] };

test("report() carries what was noticed, and the answer", async () => {
  const reported: ReportRequest[] = [];
  const answer = {
    refusedKept: 1,
    enrolmentsOpen: ["asana"],
    trials: [{ word: "0f", secret: "whsec_AAAA", leftMs: 5_000 }],
    enrolled: [{ source: "asana", value: "näh" }],
  };
  const { client } = stack.use(
    await startPair({
      async report(given) {
        reported.push(given);
        return answer;
      },
    }),
  );
  expect(await client.report(request)).toEqual(answer);
  expect(reported).toEqual([request]);
  expect(reported[0]?.secretUses.map(secretUseFromMessage)).toEqual([use]);
  expect(reported[0]?.handshakes.map(handshakeFromMessage)).toEqual(handshakes);
});

test.each([
  [new RpcError("RESOURCE_EXHAUSTED", "no room"), "RESOURCE_EXHAUSTED", []],
  [new Error("of the database"), "INTERNAL", [{ fields: { err: { message: "of the database" } } }]],
])("a report that is refused with %s rejects", async (thrown, code, expected) => {
  const { client, logged } = stack.use(await startPair({ report: () => Promise.reject(thrown) }));
  expect((await errorOf(client.report(NOTHING))).code).toBe(code);
  expect(logged).toMatchObject(expected);
});

test("a report that nobody answers ends in time, and holds up no stream of captures", async () => {
  const { client, nextCall } = stack.use(
    await startPair({ report: () => new Promise(() => {}), deadlineMs: 200 }),
  );
  const reported = errorOf(client.report(NOTHING));
  const { over } = receive(client.capture());
  (await nextCall()).end();
  expect(await over).toBe("end");
  expect((await reported).code).toBe("DEADLINE_EXCEEDED");
});

test("a report to a closed client is CANCELLED", async () => {
  const { client } = stack.use(await startPair());
  client.close();
  expect((await errorOf(client.report(NOTHING))).code).toBe("CANCELLED");
});
