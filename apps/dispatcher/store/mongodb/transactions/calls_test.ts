import { expect, test } from "@jest/globals";
import { MongoNetworkError } from "mongodb";
import { StoreUnavailableError } from "../../contract/event_store.ts";
import { Calls } from "./calls.ts";

test("Calls returns what the work returns", async () => {
  expect(await new Calls({ timeoutMs: 1_000 }).run("work", async () => 7)).toBe(7);
});

test("Calls turns errors of the driver into StoreUnavailableError, with the cause", async () => {
  const cause = new MongoNetworkError("connection 1 closed");
  const call = new Calls({ timeoutMs: 1_000 }).run("list events", () => Promise.reject(cause));
  await expect(call).rejects.toThrow(StoreUnavailableError);
  await expect(call).rejects.toMatchObject({
    message: "Cannot list events: MongoDB: connection 1 closed",
    cause,
  });
});

test("Calls knows a socket's error that the driver passes on as it is", async () => {
  const cause = Object.assign(new Error("write EPIPE"), { code: "EPIPE", syscall: "write" });
  const call = new Calls({ timeoutMs: 1_000 }).run("store events", () => Promise.reject(cause));
  await expect(call).rejects.toThrow(StoreUnavailableError);
  await expect(call).rejects.toMatchObject({ cause });
});

test("Calls leaves other errors as they are", async () => {
  const error = new RangeError("Cannot list events: limit 0");
  const call = new Calls({ timeoutMs: 1_000 }).run("list events", () => Promise.reject(error));
  await expect(call).rejects.toBe(error);
});

test("Calls gives up work that takes too long, and aborts its signal", async () => {
  let told: AbortSignal | null = null;
  const call = new Calls({ timeoutMs: 20 }).run("wait", (signal) => {
    told = signal;
    return new Promise(() => {});
  });
  await expect(call).rejects.toThrow(StoreUnavailableError);
  await expect(call).rejects.toThrow("Cannot wait: MongoDB did not answer within 20 ms");
  const signal = told as AbortSignal | null;
  expect(signal?.aborted).toBe(true);
  expect(() => signal?.throwIfAborted()).toThrow(StoreUnavailableError);
});

test("Calls closes once all current calls have ended, and refuses new ones", async () => {
  const calls = new Calls({ timeoutMs: 1_000 });
  const { promise, resolve } = Promise.withResolvers<number>();
  const order: string[] = [];
  const call = calls.run("work", () => promise).then(() => order.push("call"));
  const closed = calls.close().then(() => order.push("closed"));
  await expect(calls.run("work", async () => 1)).rejects.toThrow("the store is closed");
  resolve(1);
  await Promise.all([call, closed]);
  expect(order).toEqual(["call", "closed"]);
});
