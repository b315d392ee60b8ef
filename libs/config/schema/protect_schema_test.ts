import { expect, test } from "@jest/globals";
import { checkConfig } from "./check_config.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";

function check(protect: unknown) {
  const crm = { provider: "generic", secrets: [SECRET], protect };
  const checked = checkConfig({ sources: { crm } }, { dir: "/", now: 0 });
  return checked.config === null ? checked.problems : checked.config.sources[0]?.protect;
}

test("a source protects what is named, and nothing else", () => {
  const headers = { drop: ["x-forwarded-for"] };
  const given = { drop: ["/data/card"], encrypt: ["/data/user"], subject: "/data/id", headers };
  expect(check(given)).toEqual({
    drop: ["/data/card"],
    mask: [],
    encrypt: ["/data/user"],
    subject: "/data/id",
    headers: { drop: ["x-forwarded-for"], mask: [], encrypt: [] },
  });
  expect(check(undefined)).toBeUndefined();
  expect(check({ mask: ["/*/email"] })).toMatchObject({ subject: null });
});

test.each<[protect: unknown, problem: string]>([
  [{}, "sources.crm.protect protects nothing: name places in drop, mask or encrypt"],
  [{ encrypt: ["/a"] }, "sources.crm.protect.subject is missing"],
  [{ headers: { encrypt: ["x-user"] } }, "sources.crm.protect.subject is missing"],
  [{ drop: ["/a"], subject: "/id" }, "sources.crm.protect.subject is only for what is encrypted"],
  [{ drop: ["a"] }, "sources.crm.protect.drop[0] must be a JSON pointer"],
  [{ headers: { mask: ["X-User"] } }, "sources.crm.protect.headers.mask[0] must be a header name"],
  [{ remove: ["/a"] }, "sources.crm.protect.remove is unknown"],
  [{ drop: ["/a"], mask: ["/a"] }, 'sources.crm.protect.mask "/a" is in drop already: keep one'],
  [
    { drop: ["/a/*"], encrypt: ["/a/0/b"], subject: "/id" },
    'sources.crm.protect.encrypt "/a/0/b" and "/a/*" overlap, which is in drop already: keep one',
  ],
  [
    { headers: { drop: ["x-user"], mask: ["x-user"] } },
    'sources.crm.protect.headers.mask "x-user" is in headers.drop already: keep one',
  ],
  [{ drop: Array.from({ length: 51 }, (_, index) => `/a${index}`) }, "sources.crm.protect.drop"],
])("protect of %j is refused", (protect, problem) => {
  expect(check(protect)).toEqual([expect.stringContaining(problem)]);
});
