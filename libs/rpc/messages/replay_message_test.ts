import { DELIVERY_STATES, REPLAY_STATES, type Replay } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { ListReplaysResponse, ReplayMessage } from "../generated/messages.ts";
import { RpcError } from "../transport/rpc_error.ts";
import { ADMIN_SERVICE, methodDefinition } from "../transport/services.ts";
import {
  replayFilterFromMessage,
  replayFilterToMessage,
  replayFromMessage,
  replayToMessage,
} from "./replay_message.ts";

const { responseSerialize, responseDeserialize } = methodDefinition(ADMIN_SERVICE, "ListReplays");

/** A replay with every field set. */
function exampleReplay(changes: Partial<Replay> = {}): Replay {
  return {
    id: `rpl_${"0123456789abcdef".repeat(2)}`,
    kind: "replay",
    filter: {
      source: "stripe/eu",
      type: "payment.success",
      subscription: "enrolments",
      state: "dead",
      from: 1_763_950_000_123,
      to: 1_763_950_000_456,
    },
    reason: "the CRM was down – überall",
    perSecond: 200,
    state: "done",
    createdAt: 1_763_950_000_789,
    endedAt: 1_763_950_001_000,
    cursor: null,
    seen: 12,
    made: 11,
    expected: 13,
    ...changes,
  };
}

/** A replay's message after it crossed the wire. */
function send(message: ReplayMessage): ReplayMessage {
  const sent = responseSerialize({ replays: [message] });
  const [replay] = (responseDeserialize(sent) as ListReplaysResponse).replays;
  if (!replay) throw new Error("no replay arrived");
  return replay;
}

test.each([
  ["with every field set", exampleReplay()],
  ["that runs and was not counted", exampleReplay({ endedAt: null, expected: null })],
  ["that matched nothing", exampleReplay({ expected: 0, seen: 0, made: 0 })],
  ["that is a backfill", exampleReplay({ kind: "backfill", filter: { subscription: "crm" } })],
  ["of ids", exampleReplay({ filter: { ids: ["evt_1", "dlv_2"] } })],
  ["of everything", exampleReplay({ filter: {} })],
  ["from 1970 on", exampleReplay({ filter: { from: 0, to: 0 } })],
  ...REPLAY_STATES.map((state) => [state, exampleReplay({ state })] as const),
  ...DELIVERY_STATES.map((state) => [`of ${state}`, exampleReplay({ filter: { state } })] as const),
])("a replay %s arrives as it was sent", (_what, replay) => {
  expect(replayFromMessage(send(replayToMessage(replay)))).toEqual(replay);
});

test("what only dispatchers need stays behind", () => {
  const message = replayToMessage(exampleReplay({ cursor: "evt_1" }));
  expect(JSON.stringify(message)).not.toContain("evt_1");
});

test.each([
  ["a kind of a later version", { kind: "rewind" }],
  ["a state of a later version", { state: "asleep" }],
  ["no state", { state: "" }],
])("replayFromMessage() refuses %s", (_what, changes) => {
  const message = send({ ...replayToMessage(exampleReplay()), ...changes });
  expect(() => replayFromMessage(message)).toThrow(RpcError);
  expect(() => replayFromMessage(message)).toThrow(/^Cannot read a replay: its (kind|state) "/);
});

test("replayFilterFromMessage() refuses a state of a later version", () => {
  const message = { ...replayFilterToMessage({}), state: 17 as never };
  expect(() => replayFilterFromMessage(message)).toThrow(
    expect.objectContaining({
      code: "INVALID_ARGUMENT",
      message: "Cannot read a filter: its state 17 is not known",
    }),
  );
});
