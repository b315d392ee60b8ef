import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { mongoCommand, replySays } from "./mongo_wire.ts";

let server: Server | null = null;

afterEach(async () => {
  const closing = server;
  server = null;
  if (closing) await new Promise((resolve) => closing.close(resolve));
});

/** Starts a server that does this with each request. */
async function listen(answer: (socket: Socket, request: Buffer) => void): Promise<number> {
  const listening = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (request) => answer(socket, request));
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const address = listening.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** A reply whose document is `body`. */
function reply(body: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(header.length + body.length);
  return Buffer.concat([header, body]);
}

test("mongoCommand() sends one OP_MSG with the command in BSON", async () => {
  const requests: Buffer[] = [];
  const port = await listen((socket, request) => {
    requests.push(request);
    socket.write(reply(Buffer.from("done")));
  });
  const answer = await mongoCommand(port, { go: 1, to: [{ host: "h" }] });
  expect(answer.toString()).toBe("done");
  // Counted by hand, from the specifications of BSON and the wire protocol.
  const header = ["4e000000", "01000000", "00000000", "dd070000"];
  const section = ["00000000", "00"];
  const fields = ["10676f00", "01000000", "04746f00", "19000000", "033000", "11000000"];
  const host = ["02686f737400", "02000000", "6800", "00", "00"];
  const database = ["0224646200", "06000000", "61646d696e00"];
  const document = ["39000000", ...fields, ...host, ...database, "00"];
  const expected = [...header, ...section, ...document].join("");
  expect(requests.map((request) => request.toString("hex"))).toEqual([expected]);
});

test("mongoCommand() joins a reply that arrives in pieces", async () => {
  const port = await listen((socket) => {
    const whole = reply(Buffer.from("in pieces"));
    for (const byte of whole) socket.write(Buffer.of(byte));
  });
  expect((await mongoCommand(port, { hello: 1 })).toString()).toBe("in pieces");
});

test("mongoCommand() fails if the server hangs up, does not answer, or does not exist", async () => {
  const hangsUp = await listen((socket) => socket.end());
  await expect(mongoCommand(hangsUp, { hello: 1 })).rejects.toThrow("the connection was closed");
  server?.close();
  const silent = await listen(() => {});
  const asked = mongoCommand(silent, { hello: 1 }, { timeoutMs: 50 });
  await expect(asked).rejects.toThrow("no reply within 50 ms");
  await new Promise((resolve) => server?.close(resolve));
  await expect(mongoCommand(silent, { hello: 1 })).rejects.toThrow("ECONNREFUSED");
});

test.each([
  ["\x08ready\0\x01", true],
  ["\x08ready\0\x00", false],
  ["\x08readyish\0\x01", false],
  ["\x02ready\0\x01", false],
  ["", false],
])("replySays() reads %j as %p", (bytes, expected) => {
  expect(replySays(Buffer.from(bytes, "latin1"), "ready")).toBe(expected);
});
