import type { GetSetupResponse } from "@hookgate/rpc";
import { expect, test } from "@jest/globals";
import { judgeClock, judgeSetup } from "./judge_setup.ts";
import { judgeTls } from "./judge_tls.ts";

const NOW = 1_800_000_000_000;
const DAY_MS = 86_400_000;

function setupOf(part: Partial<GetSetupResponse> = {}): GetSetupResponse {
  return {
    store: "sqlite",
    storeNowMs: NOW,
    dispatcherNowMs: NOW,
    durability: [],
    rpc: "loopback",
    trustedProxies: [],
    bodyBytesMax: 1,
    bodyDeadlineMs: 1,
    publicUrls: [],
    ...part,
  };
}

function judge(part: Partial<GetSetupResponse>, publicUrl: URL | null = null) {
  return judgeSetup(setupOf(part), { now: NOW, uncertainMs: 10, publicUrl }).map(
    ({ check, state }) => `${state} ${check}`,
  );
}

test.each([
  [0, 5, "ok", "it agrees with this machine's to 5 ms"],
  [1_900, 5, "ok", "it agrees with this machine's to 1.9 s"],
  [-600_000, 5, "failed", "it is 10 min behind this machine's"],
  [5_000, 5, "warning", "it is 5 s ahead of this machine's"],
  // The answer took so long that it shows no more.
  [5_000, 6_000, "ok", "it agrees with this machine's to 6 s"],
])(
  "judgeClock() of a clock that is %i ms off, to %i ms, is %s",
  (skew, uncertainMs, state, found) => {
    expect(judgeClock("a", NOW + skew, { now: NOW, uncertainMs })).toMatchObject({ state, found });
  },
);

test("judgeSetup() judges the store's clock where it is not the dispatcher's", () => {
  expect(judge({ storeNowMs: NOW - DAY_MS })).toEqual([
    "ok clock of the dispatcher",
    "ok calls to the dispatcher",
  ]);
  expect(judge({ store: "mongodb", storeNowMs: NOW - DAY_MS })).toContain(
    "failed clock of the store",
  );
});

test("judgeSetup() fails calls that anybody can make, and a store that forgets", () => {
  const durability = [
    { what: "commits", value: "fsynced", problem: "", severe: false },
    { what: "file system of DATA_DIR", value: "tmpfs", problem: "It is in memory.", severe: true },
    { what: "replica set", value: "rs0, 1 member", problem: "Add members.", severe: false },
  ];
  expect(judge({ rpc: "insecure", durability })).toEqual([
    "ok clock of the dispatcher",
    "failed calls to the dispatcher",
    "ok commits",
    "failed file system of DATA_DIR",
    "warning replica set",
  ]);
});

test("judgeSetup() warns of tokens in plain text", () => {
  expect(judge({ rpc: "plain" })).toContain("warning calls to the dispatcher");
});

test("judgeSetup() compares publicUrl with the URL that is tried, if one is", () => {
  const publicUrls = [
    { source: "a", url: "https://hooks.example.com/api/webhooks/a" },
    { source: "b", url: "https://old.example.com/api/webhooks/b" },
  ];
  expect(judge({ publicUrls })).not.toContain("warning public URLs");
  expect(judge({ publicUrls }, new URL("https://hooks.example.com/"))).toContain(
    "warning public URLs",
  );
  expect(
    judge({ publicUrls: publicUrls.slice(0, 1) }, new URL("https://hooks.example.com")),
  ).toContain("ok public URLs");
});

test.each([
  [60 * DAY_MS, "ok"],
  [10 * DAY_MS, "warning"],
  [-1, "failed"],
  [Number.NaN, "ok"],
])("judgeTls() of a certificate that ends in %i ms is %s", (left, state) => {
  expect(judgeTls({ protocol: "TLSv1.3", until: NOW + left }, NOW).state).toBe(state);
});
