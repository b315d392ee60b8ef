import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { recipeFor } from "../source_provider.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { moodle } from "./moodle.ts";

const TOKEN = "0123456789abcdef";
const COMPLETION = "\\core\\event\\course_module_completion_updated";
/** As the plugin's documentation shows it, but for the token, which is empty there. */
const VIEWED = {
  eventname: "\\core\\event\\course_viewed",
  component: "core",
  action: "viewed",
  target: "course",
  objecttable: null,
  objectid: null,
  crud: "r",
  edulevel: 2,
  contextid: 2,
  contextlevel: 50,
  contextinstanceid: "1",
  userid: "2",
  courseid: "1",
  relateduserid: null,
  anonymous: 0,
  other: null,
  timecreated: 1512961456,
  host: "localhost",
  token: TOKEN,
  extra: "",
};

checkProvider(moodle);

test.each([
  ["the token", VIEWED, { ok: true, scheme: "moodle", intact: false }],
  ["another", { ...VIEWED, token: "0123456789abcdee" }, { ok: false, reason: "no_match" }],
  ["an empty one", { ...VIEWED, token: "" }, { ok: false, reason: "no_match" }],
  ["none", { eventname: VIEWED.eventname }, { ok: false, reason: "missing_header" }],
  ["a list of it", { ...VIEWED, token: [TOKEN] }, { ok: false, reason: "malformed_header" }],
])("moodle judges a body with %s, for any content type", async (_, event, verdict) => {
  // The plugin lets a form's content type be chosen, and sends JSON all the same.
  for (const type of ["application/json", "application/x-www-form-urlencoded"]) {
    expect(await judge(event, { type, scheme: null })).toMatchObject(verdict);
  }
});

test("moodle accepts the token in the URL only if the source has chosen that scheme", async () => {
  const query = `?token=${TOKEN}`;
  expect(await judge({}, { query, scheme: "moodle_url" })).toMatchObject({ ok: true });
  expect(await judge(VIEWED, { scheme: "moodle_url" })).toMatchObject({ ok: false });
  expect(await judge({}, { query, scheme: null })).toMatchObject({ ok: false });
});

test.each([
  [VIEWED.eventname, null, VIEWED.eventname],
  [COMPLETION, { completionstate: 1 }, "module.completed"],
  [COMPLETION, { completionstate: "2" }, "module.completed"],
  [COMPLETION, { completionstate: 0 }, COMPLETION],
  [COMPLETION, { completionstate: 3 }, COMPLETION],
  [COMPLETION, null, COMPLETION],
  ["\\core\\event\\course_completed", null, "course.completed"],
  ["\\mod_assign\\event\\assessable_submitted", null, "assessment.submitted"],
])("moodle calls %s with %j %s", (eventname, other, type) => {
  const body = Buffer.from(JSON.stringify({ ...VIEWED, eventname, other }));
  const request = incoming({ ...sampleRequest(moodle), body }, NOW);
  expect(describeEvent(moodle, request)).toMatchObject({ type, providerEventId: "" });
});

interface JudgeOptions {
  scheme: string | null;
  type?: string;
  query?: string;
}

function judge(event: object, { scheme, type = "application/json", query = "" }: JudgeOptions) {
  const url = `https://hooks.example.com/api/webhooks/school${query}`;
  const headers = { "content-type": type };
  const body = Buffer.from(JSON.stringify(event));
  const recipe = recipeFor(moodle, scheme) ?? moodle.recipe;
  const secrets = [{ id: "1", value: TOKEN }];
  return verify(recipe, incoming({ method: "POST", url, headers, body }, NOW), { secrets });
}
