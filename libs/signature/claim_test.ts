import { createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import { splitName } from "./claim.ts";
import type { MacRecipe, SignaturePlace } from "./recipe.ts";
import { sign } from "./sign.ts";
import { incoming } from "./signed_request.ts";
import { verify } from "./verify.ts";

const NAMED = { kind: "named", delimiter: "&", separator: "|" } as const;
const RECIPE: MacRecipe = {
  kind: "hmac",
  scheme: "named",
  signature: { header: "x-signature" },
  format: NAMED,
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
};
const REQUEST = {
  method: "POST",
  url: "https://hooks.example.com/",
  headers: {},
  body: Buffer.from("{}"),
};
const MAC = createHmac("sha256", "key").update("{}").digest("hex");
const WRONG = "0".repeat(64);

test.each([
  ["a|key", "a", "key"],
  ["a|b|c", "a", "b|c"],
  ["a|", "a", ""],
  ["|key", "", ""],
  ["key", "", ""],
  ["", "", ""],
])("splitName() splits %j at its first separator", (text, name, rest) => {
  expect(splitName(NAMED, text)).toEqual([name, rest]);
});

test("splitName() leaves a text unchanged if the format has no names", () => {
  expect(splitName(undefined, "a|b")).toEqual(["", "a|b"]);
  expect(splitName({ kind: "plain" }, "a|b")).toEqual(["", "a|b"]);
});

test("sign() writes the name of the secret, and signs with what follows it", () => {
  const { headers } = sign(RECIPE, REQUEST, { secret: "a|key", now: 0 });
  expect(headers["x-signature"]).toBe(`a|${MAC}`);
});

test.each(["key", "a|", "|key", ""])("sign() refuses the secret %j", (secret) => {
  expect(() => sign(RECIPE, REQUEST, { secret, now: 0 })).toThrow("Cannot sign");
});

test.each([
  ["alone", `a|${MAC}`],
  ["after another name's", `b|${WRONG}&a|${MAC}`],
  ["before another name's", `a|${MAC}&b|${WRONG}`],
  ["beside what is none", `x&a|${MAC}`],
])("verify() accepts a signature of its name %s", async (_, header) => {
  const accepted = { ok: true, secretId: "1", signature: MAC };
  expect(await judge(header)).toMatchObject(accepted);
});

test.each([
  ["another name", `b|${MAC}`, "no_match"],
  ["its name in another case", `A|${MAC}`, "no_match"],
  ["a wrong signature of its name", `a|${WRONG}&b|${MAC}`, "no_match"],
  ["no name", `|${MAC}`, "malformed_header"],
  ["no separator", MAC, "malformed_header"],
  ["nothing but separators", "|&|", "malformed_header"],
  ["17 signatures", `a|${MAC}&`.repeat(17), "malformed_header"],
])("verify() refuses %s", async (_, header, reason) => {
  expect(await judge(header)).toEqual({ ok: false, reason });
});

const FOUR = Array.from({ length: 4 }, (_, at) => ({ header: `x-${at}` }));
const NUMBERED = { numbered: "x-", max: 100 };

test.each<[string, SignaturePlace, number, number, boolean]>([
  ["sixteen in four headers", FOUR, 4, 4, true],
  ["twenty in five headers", [...FOUR, { header: "x-4" }], 5, 4, false],
  ["a hundred in as many numbered headers", NUMBERED, 100, 1, true],
  ["a hundred in a quarter of them", NUMBERED, 25, 4, true],
  ["more than a hundred in numbered headers", NUMBERED, 100, 2, false],
  ["more than it says in numbered headers", { ...NUMBERED, max: 5 }, 5, 2, false],
])(
  "verify() counts the signatures of all places together: %s",
  async (_, signature, headers, each, good) => {
    const list = [...Array(each - 1).fill(`a|${WRONG}`), `a|${MAC}`].join("&");
    const from = Array.isArray(signature) ? 0 : 1;
    const sent = Object.fromEntries(
      Array.from({ length: headers }, (_, at) => [`x-${at + from}`, list]),
    );
    const request = incoming({ ...REQUEST, headers: sent }, 0);
    const secrets = [{ id: "1", value: "a|key" }];
    const verdict = await verify({ ...RECIPE, signature }, request, { secrets });
    expect(verdict).toMatchObject(good ? { ok: true } : { ok: false, reason: "malformed_header" });
  },
);

test("verify() takes no secret without a name", async () => {
  expect(await judge(`a|${MAC}`, "key")).toEqual({ ok: false, reason: "no_match" });
  expect(await judge(`|${MAC}`, "|key")).toMatchObject({ ok: false });
});

const PAIRS: MacRecipe = { ...RECIPE, format: { kind: "pairs", delimiter: ",", key: "v1" } };

test.each(["", "x", "=x", "=", "v0=1", " v2 = 1 "])(
  "verify() reads nothing from the entry %j of a list",
  (unknown) => {
    const secrets = [{ id: "1", value: "key" }];
    const judgeList = (header: string) =>
      verify(PAIRS, incoming({ ...REQUEST, headers: { "x-signature": header } }, 0), { secrets });
    for (const list of [`${unknown},v1=${MAC}`, `v1=${MAC},${unknown}`]) {
      expect(judgeList(list)).toMatchObject({ ok: true, signature: MAC });
    }
    expect(judgeList(`${unknown},v1=${WRONG}`)).toMatchObject({ ok: false, reason: "no_match" });
  },
);

function judge(header: string, secret = "a|key") {
  const secrets = [
    { id: "0", value: "b|other" },
    { id: "1", value: secret },
  ];
  const request = incoming({ ...REQUEST, headers: { "x-signature": header } }, 0);
  return verify(RECIPE, request, { secrets });
}
