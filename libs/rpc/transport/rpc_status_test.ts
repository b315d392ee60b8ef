import { status } from "@grpc/grpc-js";
import { expect, test } from "@jest/globals";
import { RPC_STATUSES, RpcError } from "./rpc_error.ts";
import { fromStatus, rpcStatus, toStatus } from "./rpc_status.ts";

const silent = { error() {} };

test("RPC_STATUSES are those of grpc-js, each at its number", () => {
  const known = Object.entries(status).filter(([, number]) => typeof number === "number");
  expect(known.length).toBe(RPC_STATUSES.length);
  for (const [name, number] of known) expect(RPC_STATUSES[Number(number)]).toBe(name);
});

test.each(RPC_STATUSES.slice(1))("rpcStatus() and back keeps %s and its message", (name) => {
  if (name === "OK") throw new Error("OK is no error");
  const error = fromStatus(rpcStatus(new RpcError(name, "there is no event x")));
  expect(error).toBeInstanceOf(RpcError);
  expect({ code: error.code, message: error.message }).toEqual({
    code: name,
    message: "there is no event x",
  });
});

test.each([
  [{ code: 0, details: "" }, "UNKNOWN", "UNKNOWN"],
  [{ code: 99, details: "odd" }, "UNKNOWN", "odd"],
  [{ code: -1, details: "odd" }, "UNKNOWN", "odd"],
  [{ code: 14, details: "" }, "UNAVAILABLE", "UNAVAILABLE"],
])("fromStatus() of %j is %s: %s", (given, code, message) => {
  const error = fromStatus(given);
  expect({ code: error.code, message: error.message }).toEqual({ code, message });
});

test.each([
  ["Error: connect ECONNREFUSED 127.0.0.1:1", "no connection: connect ECONNREFUSED 127.0.0.1:1"],
  ["Failed to connect (2026-11-30T17:58:24.105Z)", "no connection: Failed to connect"],
  [
    "Error: 405D:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/m.c:77:\n",
    "no connection: TLS: wrong version number",
  ],
  [
    "405D:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../s3.c:918:SSL alert number 116\n (2026-11-30T17:58:23.943Z)",
    "no connection: TLS: tlsv13 alert certificate required",
  ],
])("fromStatus() says what failed where grpc-js says %j", (last, message) => {
  const details = `No connection established. Last error: ${last}. Resolution note: `;
  expect(fromStatus({ code: 14, details }).message).toBe(message);
});

test("fromStatus() keeps the transport's error as the cause, and nowhere else", () => {
  const transport = Object.assign(new Error("14 UNAVAILABLE: gone"), { code: 14, details: "gone" });
  const error = fromStatus(transport);
  expect(error.message).toBe("gone");
  expect(error.cause).toBe(transport);
  expect(Object.keys(error).sort()).toEqual(["code", "name"]);
});

test("rpcStatus() bounds the message, and leaves nothing that cannot be sent", () => {
  expect(rpcStatus(new RpcError("INTERNAL", "x".repeat(5_000))).details).toHaveLength(1_000);
  const cutInHalf = `${"x".repeat(999)}😀`;
  const { details } = rpcStatus(new RpcError("INTERNAL", cutInHalf));
  expect(details.isWellFormed()).toBe(true);
  expect(() => encodeURI(details)).not.toThrow();
});

test("toStatus() tells the caller nothing of what was not meant for it, and the log all", () => {
  const logged: object[] = [];
  const bug = new TypeError("secret of the database");
  const told = toStatus(bug, { log: { error: (fields) => void logged.push(fields) } });
  expect(RPC_STATUSES[told.code]).toBe("INTERNAL");
  expect(told.details).not.toContain("secret");
  expect(logged).toEqual([{ err: bug }]);
  expect(toStatus(new RpcError("NOT_FOUND", "no"), { log: silent })).toEqual({
    code: 5,
    details: "no",
  });
});
