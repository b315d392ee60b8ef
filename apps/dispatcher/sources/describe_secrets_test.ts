import { enrolledSecretId, type SecretUse } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { exampleSecret, exampleSource } from "../suite/example_source.ts";
import { noJumps } from "../suite/no_jumps.ts";
import { describeSecrets } from "./describe_secrets.ts";

const DAY_MS = 86_400_000;
const NOW = 1_763_950_000_000;

function useOf(secretId: string, changes: Partial<SecretUse> = {}): SecretUse {
  return {
    source: "academy",
    secretId,
    uses: 1,
    firstUsedAt: NOW - 30 * DAY_MS,
    lastUsedAt: NOW,
    ...changes,
  };
}

const daysAgo = (days: number) => ({ lastUsedAt: NOW - days * DAY_MS });

/** A source with an old secret and a new one. */
function describeOld(
  old: Parameters<typeof exampleSecret>[0],
  uses: SecretUse[],
  provider = "generic",
) {
  const secrets = [exampleSecret({ id: "old", ...old }), exampleSecret({ id: "new" })];
  const sources = [exampleSource({ provider, secrets })];
  return describeSecrets({
    sources,
    uses,
    enrolments: [],
    now: NOW,
    passed: noJumps({ now: () => NOW }),
  })[0];
}

test.each<[string, Parameters<typeof exampleSecret>[0], SecretUse[], boolean, string]>([
  ["no secret was used", {}, [], false, "No secret of this source has been used yet."],
  [
    "it alone is used",
    {},
    [useOf("old")],
    false,
    "No other secret was used since, so it is the one in use.",
  ],
  [
    "it was not used for long, but no other one was since",
    {},
    [useOf("old", daysAgo(20)), useOf("new", daysAgo(21))],
    false,
    "No other secret was used since, so it is the one in use.",
  ],
  [
    "another one is used, and it was a day ago",
    { state: "retiring" },
    [useOf("old", daysAgo(1)), useOf("new")],
    false,
    "It was used within 7 days: the provider may still retry requests signed with it.",
  ],
  [
    "another one is used, and it was not for seven days",
    { state: "retiring" },
    [useOf("old", daysAgo(7)), useOf("new")],
    true,
    "Another one is in use, and this one has not been used for 7 days.",
  ],
  [
    "another one is used, and it never was",
    {},
    [useOf("new")],
    false,
    "It was never used, but the provider may start to use it.",
  ],
  [
    "another one is used, and it is retiring without a use",
    { state: "retiring" },
    [useOf("new")],
    true,
    "It was never used, and another one is in use.",
  ],
  [
    "it is revoked",
    { state: "revoked" },
    [useOf("old")],
    true,
    "It is revoked and verifies nothing.",
  ],
  [
    "its time is over",
    { state: "retiring", until: NOW },
    [useOf("old")],
    true,
    "Its time is over: it no longer verifies anything.",
  ],
])("a secret where %s", (_, secret, uses, safeToDrop, advice) => {
  expect(describeOld(secret, uses)).toMatchObject({ secretId: "old", safeToDrop, advice });
});

test("a secret is safe to drop once the provider does not send again any more", () => {
  // Stripe tries for three days.
  const described = (days: number) =>
    describeOld({}, [useOf("old", daysAgo(days)), useOf("new")], "stripe");
  expect(described(2.9)).toMatchObject({ safeToDrop: false });
  expect(described(3)).toMatchObject({
    safeToDrop: true,
    advice: "Another one is in use, and this one has not been used for 3 days.",
  });
});

test("describeSecrets() goes by source, and tells configured, enrolled and removed ones apart", () => {
  const sources = [
    exampleSource({
      name: "b",
      secrets: [
        exampleSecret({ id: "2", state: "retiring", until: NOW + 1 }),
        exampleSecret({ id: "1" }),
      ],
    }),
    exampleSource({ name: "a" }),
  ];
  const enrolled = enrolledSecretId("delivered");
  const uses = [
    useOf("1", { source: "b", uses: 3 }),
    useOf("gone", { source: "b", uses: 1 }),
    useOf("1", { source: "removed" }),
  ];
  const enrolments = [{ source: "a", openUntil: null, secrets: ["delivered"], deliveries: [null] }];
  const all = describeSecrets({
    sources,
    uses,
    enrolments,
    now: NOW,
    passed: noJumps({ now: () => NOW }),
  });
  expect(
    all.map(({ source, secretId, state, until, share }) => [source, secretId, state, until, share]),
  ).toEqual([
    ["b", "2", "retiring", NOW + 1, 0],
    ["b", "1", "active", null, 0.75],
    ["b", "gone", "removed", null, 0.25],
    ["a", "1", "active", null, 0],
    ["a", enrolled, "enrolled", null, 0],
    ["removed", "1", "removed", null, 1],
  ]);
  expect(all[1]?.use).toEqual(uses[0]);
  expect(all[0]?.use).toBeNull();
  expect(JSON.stringify(all)).not.toContain('delivered"');
  expect(JSON.stringify(all)).not.toContain(exampleSecret().value);
});
