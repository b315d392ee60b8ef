import { expect, test } from "@jest/globals";
import { fetchKeySet } from "./fetch_key_set.ts";
import type { FetchBounds } from "./outside_fetch.ts";

const SET = '{"keys":[]}';
const URL = "https://id.example.com/jwks";

/** Fetches a key set from a server with this answer. */
async function fetchFrom({ status = 200, text = SET }): Promise<string> {
  const fetch = async () => ({ status, body: Buffer.from(text) });
  return fetchKeySet(URL, { timeoutMs: 1_000, fetch });
}

test("fetchKeySet() returns the answer, fetched within its bounds", async () => {
  expect(await fetchFrom({})).toBe(SET);
  const asked: [string, FetchBounds][] = [];
  await fetchKeySet(URL, {
    timeoutMs: 500,
    async fetch(...call) {
      asked.push(call);
      return { status: 200, body: Buffer.from(SET) };
    },
  });
  expect(asked).toEqual([[URL, { timeoutMs: 500, bytesMax: 65_536 }]]);
});

test.each<[string, { status?: number; text?: string }]>([
  ["status 404", { status: 404 }],
  ["status 302", { status: 302 }],
  ["the answer is not one", { text: "<html>" }],
  ["the answer is not one", { text: "[]" }],
  ["the answer is not one", { text: "null" }],
])("fetchKeySet() throws for %s", async (state, answer) => {
  await expect(fetchFrom(answer)).rejects.toThrow(`Cannot fetch a key set: ${state}`);
});

test("fetchKeySet() fetches from public addresses only", async () => {
  const fetching = fetchKeySet("https://127.0.0.1/", { timeoutMs: 1_000 });
  await expect(fetching).rejects.toThrow("Cannot fetch from a bare address");
});
