import { expect, test } from "@jest/globals";
import { readMessage } from "./read_message.ts";

const call = (given: object) => ({ jsonrpc: "2.0", id: 7, method: "tools/call", ...given });
const PARSE = -32700;
const REQUEST = -32600;
const PARAMS = -32602;

test.each([
  ["a call", call({ params: { name: "find", arguments: { text: "evt_1" } } })],
  ["a call without arguments", call({ params: { name: "get_health" } })],
  ["a method that nobody knows", call({ method: "constructor", params: { x: 1 } })],
  ["a notification", { jsonrpc: "2.0", method: "notifications/initialized" }],
  ["an answer", { jsonrpc: "2.0", id: 1, result: {} }],
])("readMessage() reads %s", (_, message) => {
  expect(readMessage(JSON.stringify(message))).toEqual(message);
});

test.each<[string, unknown, number, string | number | null | undefined]>([
  ["params that are a text", call({ params: "x" }), PARAMS, 7],
  ["params that are a list", call({ params: ["x"] }), PARAMS, 7],
  ["params that are null", call({ params: null }), PARAMS, 7],
  ["no params where some are needed", call({}), PARAMS, 7],
  ["a name of the wrong type", call({ params: { name: 5 } }), PARAMS, 7],
  ["arguments of the wrong type", call({ params: { name: "find", arguments: "x" } }), PARAMS, 7],
  ["a cursor of the wrong type", call({ method: "tools/list", params: { cursor: 5 } }), PARAMS, 7],
  ["_meta of the wrong type", call({ method: "ping", params: { _meta: "x" } }), PARAMS, 7],
  ["a method of the wrong type", call({ id: "a", method: 5 }), REQUEST, "a"],
  ["no method", { jsonrpc: "2.0", id: 7 }, REQUEST, 7],
  ["another version", call({ jsonrpc: "1.0", params: {} }), REQUEST, 7],
  ["an id that is none", call({ id: { a: 1 }, params: {} }), REQUEST, null],
  ["a batch", [call({ params: {} })], REQUEST, null],
  ["a number", 5, REQUEST, null],
  ["null", null, REQUEST, null],
  [
    "a notification with the wrong params",
    { jsonrpc: "2.0", method: "x", params: 5 },
    REQUEST,
    undefined,
  ],
  ["an answer that is none", { jsonrpc: "2.0", id: {}, result: 5 }, REQUEST, undefined],
])("readMessage() refuses %s", (_, message, code, id) => {
  const refused = readMessage(JSON.stringify(message));
  expect(refused).toMatchObject({ code, problem: expect.stringMatching(/./) });
  expect(refused).toHaveProperty("id", id);
});

test("readMessage() refuses what is not JSON", () => {
  expect(readMessage("{")).toMatchObject({ code: PARSE, id: null });
});
