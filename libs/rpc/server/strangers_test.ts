import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { Strangers } from "./strangers.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function exampleSocket(remotePort: number) {
  const socket = Object.assign(new EventEmitter(), {
    remoteAddress: "192.0.2.1",
    remotePort,
    localPort: 50_051,
    destroyed: false,
    destroy() {
      socket.destroyed = true;
      socket.emit("close");
    },
  });
  return socket;
}

function addSockets(strangers: Strangers, count: number) {
  const sockets = Array.from({ length: count }, (_, index) => exampleSocket(1_024 + index));
  for (const socket of sockets) strangers.add(socket as unknown as Socket);
  return sockets;
}

test("Strangers closes a connection that makes no call in time, and none whose call is open to anybody or whose caller is known", async () => {
  const strangers = new Strangers();
  const [silent, spoke, known] = addSockets(strangers, 3);
  if (!spoke || !known) throw new Error("Cannot find the sockets");
  strangers.spoke(spoke);
  strangers.known(known);
  await jest.advanceTimersByTimeAsync(9_999);
  expect(silent?.destroyed).toBe(false);
  await jest.advanceTimersByTimeAsync(60_000);
  expect([silent, spoke, known].map((socket) => socket?.destroyed)).toEqual([true, false, false]);
});

test("Strangers closes the oldest of too many, and counts neither those that are gone nor those whose caller is known", () => {
  const strangers = new Strangers();
  const [gone, known, oldest, next] = addSockets(strangers, 256);
  if (!known) throw new Error("Cannot find the socket");
  gone?.emit("close");
  strangers.known(known);
  addSockets(strangers, 2);
  expect([known, oldest, next].map((socket) => socket?.destroyed)).toEqual([false, false, false]);
  strangers.add(exampleSocket(9) as unknown as Socket);
  expect([known, oldest, next].map((socket) => socket?.destroyed)).toEqual([false, true, false]);
});
