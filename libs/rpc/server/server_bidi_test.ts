import { Duplex } from "node:stream";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { RpcError } from "../transport/rpc_error.ts";
import { serverBidi } from "./server_bidi.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A call whose client takes nothing, with the manners of grpc-js. */
function stuckCall(): ServerDuplexStream<object, object> {
  const call = new Duplex({ objectMode: true, read() {}, write() {} });
  call.on("error", () => call.end());
  return call as unknown as ServerDuplexStream<object, object>;
}

test("a failed call lets go of what its client does not take", () => {
  const call = stuckCall();
  const bidi = serverBidi(call, { onFault() {} });
  for (let message = 0; message < 20; message++) bidi.send({});
  expect(bidi.unsent).toBe(20);
  bidi.fail(new RpcError("UNAVAILABLE", "it takes nothing"));
  jest.advanceTimersByTime(4_999);
  expect(call.destroyed).toBe(false);
  jest.advanceTimersByTime(1);
  expect(call.destroyed).toBe(true);
});

test("a failed call that is over in time is left alone", () => {
  const call = stuckCall();
  const bidi = serverBidi(call, { onFault() {} });
  bidi.fail(new RpcError("UNAVAILABLE", "it takes nothing"));
  call.emit("cancelled");
  jest.advanceTimersByTime(60_000);
  expect(call.destroyed).toBe(false);
});
