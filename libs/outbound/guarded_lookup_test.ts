import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { get } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "@jest/globals";
import { type GuardedLookupOptions, guardedLookup, RefusedHostError } from "./guarded_lookup.ts";

type Lookup = NonNullable<GuardedLookupOptions["lookup"]>;

const OUTSIDE: LookupAddress = { address: "8.8.8.8", family: 4 };
const OUTSIDE_TOO: LookupAddress = { address: "2606:4700::1111", family: 6 };
const INSIDE: LookupAddress = { address: "10.0.0.1", family: 4 };

/** The lookup's answer. */
async function ask(
  asked: { all?: boolean; family?: number },
  options: GuardedLookupOptions,
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    guardedLookup(options)("example.com", asked, (error, ...found) =>
      error === null ? resolve(found) : reject(error),
    );
  });
}

function finds(...addresses: LookupAddress[]): Lookup {
  return (_, __, callback) => callback(null, addresses);
}

test("guardedLookup() returns all addresses or the first, as requested", async () => {
  const lookup = finds(OUTSIDE_TOO, OUTSIDE);
  expect(await ask({ all: true }, { lookup })).toEqual([[OUTSIDE_TOO, OUTSIDE]]);
  expect(await ask({}, { lookup })).toEqual(["2606:4700::1111", 6]);
});

test("guardedLookup() passes on the options, and checks every address", async () => {
  const seen: unknown[] = [];
  const lookup: Lookup = (hostname, options, callback) => {
    seen.push([hostname, options]);
    callback(null, [OUTSIDE]);
  };
  await ask({ family: 4, all: false }, { lookup });
  expect(seen).toEqual([["example.com", { family: 4, all: true }]]);
});

test.each<[string, LookupAddress[]]>([
  ["inside", [INSIDE]],
  ["inside, after one outside", [OUTSIDE, INSIDE]],
  ["inside, before one outside", [INSIDE, OUTSIDE]],
])("guardedLookup() refuses a name that leads %s", async (_, addresses) => {
  const asking = ask({}, { lookup: finds(...addresses) });
  await expect(asking).rejects.toThrow(
    new RefusedHostError("example.com", "its address is not public"),
  );
});

test("guardedLookup() refuses a name without addresses", async () => {
  await expect(ask({}, { lookup: finds() })).rejects.toThrow(
    "Cannot connect to example.com: it has no address",
  );
});

test("guardedLookup() passes on the error of the lookup", async () => {
  const error = new Error("getaddrinfo ENOTFOUND example.com");
  const lookup: Lookup = (_, __, callback) => callback(error, []);
  await expect(ask({}, { lookup })).rejects.toBe(error);
});

test("guardedLookup() uses the given rule, for each name", async () => {
  const allows = (address: string, hostname: string) =>
    address === INSIDE.address && hostname === "example.com";
  expect(await ask({}, { lookup: finds(INSIDE), allows })).toEqual(["10.0.0.1", 4]);
  await expect(ask({}, { lookup: finds(OUTSIDE), allows })).rejects.toThrow(RefusedHostError);
});

test("guardedLookup() keeps a real connection away from this machine", async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  const { port } = server.address() as AddressInfo;
  const request = get(`http://localhost:${port}/`, { lookup: guardedLookup(), agent: false });
  const [error] = await once(request, "error");
  server.close();
  expect(error).toBeInstanceOf(RefusedHostError);
  expect(connections).toBe(0);
});
