import { type ProposalMessage, RpcError } from "@hookgate/rpc";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const ID = `prp_${"0".repeat(31)}1`;
const NOW = Date.now();

function makeProposal(part: Partial<ProposalMessage> = {}): ProposalMessage {
  return {
    id: ID,
    atMs: NOW - 61_000,
    by: "bot",
    reason: "the handler is mended",
    expiresAtMs: NOW + 7_200_000,
    action: { replay: { filter: null, perSecond: 200 }, release: null, pause: null },
    summary: 'Repeat 143 deliveries, at most 200 a second: failure "flr_1"',
    count: 143,
    bySubscription: [{ subscription: "crm", deliveries: 143 }],
    state: "waiting",
    decidedBy: "",
    decisionReason: "",
    outcome: "",
    ...part,
  };
}

let kept: ProposalMessage[] = [];
let asked: unknown[] = [];
let dispatcher: ScriptedDispatcher;

beforeAll(async () => {
  dispatcher = await startScriptedDispatcher({
    async listProposals({ waitingOnly }) {
      return { proposals: kept.filter(({ state }) => !waitingOnly || state === "waiting") };
    },
    async approveProposal(request) {
      asked.push({ approve: request });
      if (kept[0]?.count === 0)
        throw new RpcError("FAILED_PRECONDITION", "it would do something else now");
      return { proposal: makeProposal({ state: "approved", outcome: "done: rpl_1" }) };
    },
    async rejectProposal(request) {
      asked.push({ reject: request });
      return { proposal: makeProposal({ state: "rejected" }) };
    },
  });
});
afterAll(() => dispatcher.close());
beforeEach(() => {
  kept = [makeProposal()];
  asked = [];
});

test("hookgate approve lists what waits, with who, what and why", async () => {
  kept = [makeProposal({ reason: "it is \u001b[2Jmended" }), makeProposal({ state: "expired" })];
  const { code, out } = await dispatcher.call(["approve"]);
  expect(code).toBe(0);
  expect(out.match(/prp_/g)).toHaveLength(1);
  for (const part of [ID, "bot", "1m ago", "in 1h", "Repeat 143 deliveries", "\\u001b[2Jmended"]) {
    expect(out).toContain(part);
  }
  const all = await dispatcher.call(["approve", "--all", "--json"]);
  const states = all.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).state);
  expect(states).toEqual(["waiting", "expired"]);
  kept = [];
  expect(await dispatcher.call(["approve"])).toMatchObject({
    out: "",
    err: "No proposals wait.\n",
  });
});

test("hookgate approve <id> shows what would be done, asks, and does it", async () => {
  const { code, out, err } = await dispatcher.call(["approve", ID, "--reason", "yes"], {
    typed: "y\n",
    columns: 120,
  });
  expect(out).toMatch(/for crm +143 deliveries\n/);
  expect(out).toMatch(/why +the handler is mended\n/);
  expect(err).toContain("Do this now? [y/N]");
  expect(out.endsWith(`\n${ID} is approved; done: rpl_1\n`)).toBe(true);
  expect(asked).toMatchObject([{ approve: { id: ID, reason: "yes" } }]);
  expect(code).toBe(0);
});

test("hookgate approve <id> does nothing without a yes, or a terminal to ask at", async () => {
  const no = await dispatcher.call(["approve", ID], { typed: "n\n", columns: 120 });
  expect(no).toMatchObject({ code: 1, err: expect.stringContaining("Nothing was done") });
  const shown = await dispatcher.call(["approve", ID]);
  expect(shown).toMatchObject({ code: 0, err: expect.stringContaining("--yes") });
  const json = await dispatcher.call(["approve", ID, "--json"]);
  expect(JSON.parse(json.out)).toMatchObject({ id: ID, state: "waiting", decidedAt: null });
  expect(json.out).not.toMatch(/"_|AtMs/);
  expect(asked).toEqual([]);
});

test("hookgate approve <id> --yes and --reject decide without asking", async () => {
  expect(await dispatcher.call(["approve", ID, "--yes"])).toMatchObject({ code: 0 });
  const args = ["approve", ID, "--reject", "--reason", "no", "--json"];
  const rejected = await dispatcher.call(args);
  expect(JSON.parse(rejected.out)).toMatchObject({ id: ID, state: "rejected" });
  expect(asked).toMatchObject([{ approve: { id: ID } }, { reject: { id: ID, reason: "no" } }]);
});

test("hookgate approve <id> says why it is not done", async () => {
  kept = [makeProposal({ count: 0 })];
  const changed = await dispatcher.call(["approve", ID, "--yes"]);
  expect(changed).toMatchObject({ code: 1, err: expect.stringContaining("something else now") });
  kept = [makeProposal({ state: "expired" })];
  const expired = await dispatcher.call(["approve", ID, "--yes"]);
  expect(expired).toMatchObject({ code: 1, err: expect.stringContaining(`${ID} is expired`) });
  expect((await dispatcher.call(["approve", ID])).code).toBe(0);
});
