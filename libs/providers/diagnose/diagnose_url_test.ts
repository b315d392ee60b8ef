import { expect, test } from "@jest/globals";
import { ask, received, SECRET, SHOP_URL, signedBy, sourceOf } from "../suite/refused_requests.ts";

const source = sourceOf({ provider: "square" });

/** What Square signed for one URL and the edge took for another. */
function diagnoseUrl(signed: string, seen: string, sent: readonly string[] = []) {
  const { headers, body } = signedBy("square", SECRET, { url: signed });
  const all = [...Object.entries(headers).flat(), ...sent];
  return ask(received({ method: "POST", url: seen, headers, body }, { sent: all }), { source });
}

test.each([
  ["the scheme", "http://hooks.example.com/api/webhooks/shop", SHOP_URL, "http instead of https"],
  ["a port", "https://hooks.example.com:8443/a", "https://hooks.example.com/a", ":8443 instead of"],
  ["a port that goes without saying", "https://a.example:443/a", "https://a.example/a", ":443"],
  ["a port too many", "https://a.example/a", "https://a.example:8080/a", "host a.example instead"],
  ["a slash", `${SHOP_URL}/`, SHOP_URL, "with a slash at its end"],
  ["a slash too many", SHOP_URL, `${SHOP_URL}/`, "without the slash at its end"],
  ["no query", SHOP_URL, `${SHOP_URL}?a=1`, "no query"],
  ["the order", `${SHOP_URL}?a=1&b=2`, `${SHOP_URL}?b=2&a=1`, "its query in another order"],
  ["the other order", `${SHOP_URL}?b=2&a=1`, `${SHOP_URL}?a=1&b=2`, "its query in another order"],
  [
    "escapes",
    "https://a.example/a b",
    "https://a.example/a%20b",
    "a different spelling of the path",
  ],
  ["scheme and slash", "http://a.example/a/", "https://a.example/a", "http instead of https, with"],
])("diagnose() names what is wrong with the public URL: %s", (_, signed, seen, expected) => {
  const sentences = diagnoseUrl(signed, seen);
  expect(sentences).toEqual([expect.stringContaining(expected)]);
  expect(sentences[0]).toMatch(/^The signature is right for another URL: /);
});

test.each([
  ["Host", ["Host", "hooks.example.com"]],
  ["X-Forwarded-Host", ["X-Forwarded-Host", "a.example, hooks.example.com"]],
])("diagnose() tries the host of %s, and says what to set", (_, sent) => {
  expect(diagnoseUrl(SHOP_URL, "http://10.0.0.7:8080/api/webhooks/shop", sent)).toEqual([
    "The signature is right for another URL: https instead of http, host hooks.example.com instead " +
      `of 10.0.0.7:8080; set this source's publicUrl to ${SHOP_URL}.`,
  ]);
});

test("diagnose() tries a port that a proxy names", () => {
  const sent = ["X-Forwarded-Port", "9443"];
  const [sentence] = diagnoseUrl("https://a.example:9443/a", "https://a.example/a", sent);
  expect(sentence).toContain("host a.example:9443 instead of a.example");
});

test("diagnose() tries no invalid host, and advises a publicUrl", () => {
  const sent = ["Host", "evil\u00e9 <script>", "X-Forwarded-Port", "1; 2"];
  const sentences = diagnoseUrl("https://a.example/a", "https://b.example/a", sent);
  expect(sentences.join()).toMatch(/this source has no publicUrl: set it/);
  expect(sentences.join()).not.toContain("script");
});

test("diagnose() does not blame the URL if it is not signed", () => {
  const { headers, body } = signedBy("generic", "no");
  const request = received({ method: "POST", url: "http://a/", headers, body });
  expect(ask(request).join()).not.toMatch(/URL/);
});
