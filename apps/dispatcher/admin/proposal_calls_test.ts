import {
  type AdminServer,
  type Caller,
  type ProposedActionMessage,
  type RpcError,
  replayFilterToMessage,
} from "@hookgate/rpc";
import { fakeClock } from "@hookgate/testing";
import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { fakeReplayStore } from "../replay/suite/fake_replay_store.ts";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import { failureId } from "../store/contract/decide_failures.ts";
import { decide, makeRoom } from "../store/contract/decide_proposals.ts";
import type { FailureGroup } from "../store/contract/failures.ts";
import { PROPOSAL_MS_MAX, type Proposal, type Proposals } from "../store/contract/proposals.ts";
import { exampleSource } from "../suite/example_source.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { proposalCalls } from "./proposal_calls.ts";
import { replayCalls } from "./replay_calls.ts";

const NOW = 1_763_950_000_000;
const GROUP = failureId(["a"]);
const BOT = { name: "bot" };
const ANA = { name: "ana" };

/** The part of a store that keeps proposals, in memory. */
function fakeProposals(now: () => number): Proposals {
  let kept: Proposal[] = [];
  const replace = (proposal: Proposal) => {
    kept = kept.map((one) => (one.id === proposal.id ? proposal : one));
  };
  return {
    async keepProposal(proposal) {
      const gone = makeRoom(kept, now());
      if (!gone) return false;
      kept = [proposal, ...kept.filter(({ id }) => !gone.includes(id))];
      return true;
    },
    proposals: async () => kept,
    async decideProposal(id, decision) {
      const result = decide(kept.find((one) => one.id === id) ?? null, decision, now());
      if (result.outcome === "decided") replace(result.proposal);
      return result;
    },
    async endProposal(id, outcome) {
      const found = kept.find((one) => one.id === id) ?? null;
      if (!found?.decision) return found;
      const ended = { ...found, decision: { ...found.decision, outcome } };
      replace(ended);
      return ended;
    },
  };
}

interface Acted {
  name: string;
  request: unknown;
  caller: Caller;
}

function rig({ fails }: { fails?: Error } = {}) {
  const clock = fakeClock({ now: NOW });
  const failure = async (id: string) =>
    id === GROUP ? ({ id, subscription: "mail" } as FailureGroup) : null;
  const backlog = async () => ({ deliveries: 12, bytes: 0, oldestDueAt: null }) as never;
  const replays = fakeReplayStore({ now: clock.now });
  const store = Object.assign(replays, fakeProposals(clock.now), { failure, backlog });
  const known = {
    sources: () => [exampleSource()],
    subscriptions: () => [
      storedSubscription("mail"),
      storedSubscription("off", { pausedBy: "operator" }),
    ],
  };
  const { log } = recordingLog();
  const { createReplay } = replayCalls({ store, ...known, lookForReplays() {}, log });
  const acted: Acted[] = [];
  const acts: Pick<AdminServer, "createReplay" | "verifyQuarantined" | "pauseSubscription"> = {
    async createReplay(request, caller) {
      acted.push({ name: "replay", request, caller });
      if (fails) throw fails;
      return createReplay(request);
    },
    async verifyQuarantined({ ids, release, ...request }, caller) {
      if (release) acted.push({ name: "release", request: { ids, ...request }, caller });
      const outcomeOf = (id: string) =>
        id === "qtn_bad" ? "no_match" : release ? "released" : "verified";
      return { results: ids.map((id) => ({ id, outcome: outcomeOf(id), eventId: "" })) };
    },
    async pauseSubscription(request, caller) {
      acted.push({ name: "pause", request, caller });
      return { pause: null };
    },
  };
  const calls = proposalCalls({ store, ...known, acts: () => acts, log }) as Pick<
    AdminServer,
    "propose" | "listProposals" | "approveProposal" | "rejectProposal"
  >;
  const propose = async (action: ProposedActionMessage, reason = "it was down") => {
    const { proposal } = await calls.propose({ action, reason }, BOT);
    if (!proposal) throw new Error("Cannot continue the test: nothing was proposed");
    return proposal;
  };
  return { store, calls, propose, acted, clock };
}

const NONE = { replay: null, release: null, pause: null };

function replayOf(filter: Parameters<typeof replayFilterToMessage>[0], perSecond = 0) {
  return { ...NONE, replay: { filter: replayFilterToMessage(filter), perSecond } };
}

function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "OK",
    (error: RpcError) => `${error.code}: ${error.message}`,
  );
}

test("propose() keeps what would be done, how much that is, who wants it and why, and does nothing", async () => {
  const { store, propose, calls, acted } = rig();
  store.add({ mail: "dead" });
  store.add({ mail: "dead" });
  store.add({ mail: "delivered" });
  const proposal = await propose(replayOf({ state: "dead" }), " the handler is mended ");
  expect(proposal).toMatchObject({
    id: expect.stringMatching(/^prp_[0-9a-f]{32}$/),
    ...{ by: "bot", reason: "the handler is mended", atMs: NOW, state: "waiting", count: 2 },
    expiresAtMs: NOW + PROPOSAL_MS_MAX,
    bySubscription: [{ subscription: "mail", deliveries: 2 }],
    action: { replay: { filter: { state: "DELIVERY_STATE_DEAD", toMs: NOW + 1 }, perSecond: 200 } },
    summary: `Repeat 2 deliveries, at most 200 a second: state "dead", received before ${new Date(NOW + 1).toISOString()}`,
  });
  expect((await calls.listProposals({ waitingOnly: true }, ANA)).proposals).toEqual([proposal]);
  expect(acted).toEqual([]);
  expect(await store.replays()).toEqual([]);
});

test("approveProposal() does exactly what was proposed, once, in the approver's name", async () => {
  const { store, propose, calls, acted, clock } = rig();
  store.add({ mail: "dead" });
  const { id, summary } = await propose(replayOf({ state: "dead" }, 7));
  clock.advance(60_000);
  // It came later, so it does not belong to it.
  store.add({ mail: "dead" });
  const { proposal } = await calls.approveProposal({ id, reason: "looks right" }, ANA);
  const [made] = await store.replays();
  expect(proposal).toMatchObject({
    ...{ id, summary, state: "approved", decidedBy: "ana", decisionReason: "looks right" },
    ...{ decidedAtMs: NOW + 60_000, outcome: `done: ${made?.id}` },
  });
  expect(made).toMatchObject({
    ...{ filter: { state: "dead", to: NOW + 1 }, perSecond: 7, expected: 1 },
    reason: `it was down (${id}, proposed by bot)`,
  });
  expect(acted).toMatchObject([{ name: "replay", caller: ANA }]);
  expect(await codeOf(calls.approveProposal({ id }, ANA))).toBe(
    `FAILED_PRECONDITION: proposal ${id} is approved by ana`,
  );
  expect(await codeOf(calls.rejectProposal({ id }, ANA))).toMatch(/^FAILED_PRECONDITION/);
  expect(acted).toHaveLength(1);
});

test("approveProposal() of two at once acts once", async () => {
  const { store, propose, calls, acted } = rig();
  store.add({ mail: "dead" });
  const { id } = await propose(replayOf({ state: "dead" }));
  const both = await Promise.all([
    codeOf(calls.approveProposal({ id }, ANA)),
    codeOf(calls.approveProposal({ id }, { name: "bo" })),
  ]);
  expect(both.filter((code) => code === "OK")).toHaveLength(1);
  expect(acted).toHaveLength(1);
});

test("approveProposal() refuses what would be other deliveries now, also if they are as many", async () => {
  const { store, propose, calls, acted } = rig();
  store.add({ mail: "dead" });
  store.add({ mail: "delivered" });
  const { id } = await propose(replayOf({ state: "dead" }));
  const [one, other] = store.deliveries;
  if (!one || !other) throw new Error("Cannot continue the test");
  other.state = "dead";
  expect(await codeOf(calls.approveProposal({ id }, ANA))).toMatch(
    /^FAILED_PRECONDITION: .* would do something else now: 2 deliveries, it was 1;/,
  );
  one.state = "delivered";
  expect(await codeOf(calls.approveProposal({ id }, ANA))).toMatch(/1 other deliveries/);
  other.state = "delivered";
  expect(await codeOf(calls.approveProposal({ id }, ANA))).toMatch(/no deliveries match/);
  expect(acted).toEqual([]);
  // As proposed, it is still there.
  one.state = "dead";
  expect(await codeOf(calls.approveProposal({ id }, ANA))).toBe("OK");
});

test("rejectProposal() ends one, with who and why, and nothing is done", async () => {
  const { store, propose, calls, acted } = rig();
  store.add({ mail: "dead" });
  const { id } = await propose(replayOf({ state: "dead" }));
  const { proposal } = await calls.rejectProposal({ id, reason: "not today" }, ANA);
  expect(proposal).toMatchObject({
    ...{ state: "rejected", decidedBy: "ana", decisionReason: "not today", outcome: "" },
  });
  expect(await codeOf(calls.approveProposal({ id }, ANA))).toMatch(/is rejected by ana$/);
  expect((await calls.listProposals({ waitingOnly: true }, ANA)).proposals).toEqual([]);
  expect(acted).toEqual([]);
});

test("a proposal that nobody decides in a day has expired", async () => {
  const { store, propose, calls, clock } = rig();
  store.add({ mail: "dead" });
  const { id } = await propose(replayOf({ state: "dead" }));
  clock.advance(PROPOSAL_MS_MAX);
  expect(await codeOf(calls.approveProposal({ id }, ANA))).toMatch(/is expired$/);
  const { proposals } = await calls.listProposals({ waitingOnly: false }, ANA);
  expect(proposals).toMatchObject([{ id, state: "expired" }]);
});

test("an approved action that fails says so, and is not done again", async () => {
  const { store, propose, calls } = rig({ fails: new Error("a secret") });
  store.add({ mail: "dead" });
  const { id } = await propose(replayOf({ state: "dead" }));
  await expect(calls.approveProposal({ id }, ANA)).rejects.toThrow("a secret");
  const { proposals } = await calls.listProposals({ waitingOnly: false }, ANA);
  expect(proposals).toMatchObject([{ state: "approved", outcome: "failed" }]);
  expect(await codeOf(calls.approveProposal({ id }, ANA))).toMatch(/is approved by ana$/);
});

test("a release and a pause are proposed and done in the same way", async () => {
  const { propose, calls, acted } = rig();
  const release = await propose({ ...NONE, release: { ids: ["qtn_1", "qtn_2", "qtn_1"] } });
  expect(release).toMatchObject({
    summary: "Release 2 refused requests: store and deliver them",
    count: 2,
    action: { release: { ids: ["qtn_1", "qtn_2"] } },
  });
  const pause = await propose({ ...NONE, pause: { subscription: "mail" } });
  expect(pause.summary).toBe(
    'Pause "mail": 12 deliveries wait for it now, and what comes waits, too',
  );
  const done = [release, pause].map(({ id }) => calls.approveProposal({ id }, ANA));
  const outcomes = (await Promise.all(done)).map(({ proposal }) => proposal?.outcome);
  expect(outcomes).toEqual(["done: 2 of 2 released", "done: mail is paused"]);
  const reason = (id: string) => `it was down (${id}, proposed by bot)`;
  expect(acted).toEqual([
    {
      name: "release",
      request: { ids: ["qtn_1", "qtn_2"], staleReason: "", reason: reason(release.id) },
      caller: ANA,
    },
    { name: "pause", request: { name: "mail", reason: reason(pause.id) }, caller: ANA },
  ]);
});

test("a proposal of a group of failures repeats its dead deliveries", async () => {
  const { store, propose } = rig();
  store.add({ mail: "dead" });
  const [delivery] = store.deliveries;
  if (delivery) delivery.failure = GROUP;
  store.add({ mail: "dead" });
  const proposal = await propose(replayOf({ failure: GROUP }));
  expect(proposal).toMatchObject({
    count: 1,
    action: { replay: { filter: { failure: GROUP, subscription: "mail" } } },
  });
});

test("the reason of a long proposal is cut where it is recorded, and where it comes from is not", async () => {
  const { store, propose, calls } = rig();
  store.add({ mail: "dead" });
  const { id } = await propose(replayOf({ state: "dead" }), "a".repeat(500));
  await calls.approveProposal({ id }, ANA);
  const [made] = await store.replays();
  expect(made?.reason).toMatch(new RegExp(`^a{400,} \\(${id}, proposed by bot\\)$`));
  expect(made?.reason).toHaveLength(500);
});

const MANY = Array.from({ length: 201 }, () => newId("evt"));

test.each<[string, ProposedActionMessage | null, string, RegExp]>([
  ["nothing", null, "why", /INVALID_ARGUMENT: action has to be exactly one/],
  [
    "two at once",
    { ...replayOf({ state: "dead" }), pause: { subscription: "mail" } },
    "why",
    /INVALID_ARGUMENT: action has to be exactly one/,
  ],
  ["no reason", replayOf({ state: "dead" }), " ", /INVALID_ARGUMENT: reason is empty/],
  ["a long reason", replayOf({ state: "dead" }), "a".repeat(501), /INVALID_ARGUMENT: reason/],
  ["an empty filter", replayOf({}), "why", /INVALID_ARGUMENT: .*filter is empty/],
  ["a rate", replayOf({ state: "dead" }, -1), "why", /INVALID_ARGUMENT: .*per_second/],
  ["what matches nothing", replayOf({ type: "never" }), "why", /FAILED_PRECONDITION: no deliv/],
  ["a group", replayOf({ failure: failureId(["b"]) }), "why", /NOT_FOUND: there is no group/],
  ["too many ids", replayOf({ ids: MANY }), "why", /INVALID_ARGUMENT: a proposal names 200/],
  ["too many", { ...NONE, release: { ids: MANY } }, "why", /INVALID_ARGUMENT: a proposal names/],
  ["no request", { ...NONE, release: { ids: [] } }, "why", /INVALID_ARGUMENT: release names no/],
  [
    "a forged request",
    { ...NONE, release: { ids: ["qtn_1", "qtn_bad"] } },
    "why",
    /FAILED_PRECONDITION: qtn_bad would not be released: no match/,
  ],
  ["nobody", { ...NONE, pause: { subscription: "sms" } }, "why", /NOT_FOUND: there is no subscr/],
  [
    "a paused one",
    { ...NONE, pause: { subscription: "off" } },
    "why",
    /FAILED_PRECONDITION: .*paused/,
  ],
])("propose() refuses %s", async (_what, action, reason, problem) => {
  const { store, calls } = rig();
  store.add({ mail: "dead" });
  expect(await codeOf(calls.propose({ action, reason }, BOT))).toMatch(problem);
  expect(await store.proposals()).toEqual([]);
});

test("propose() notes a name that was mistyped, and refuses one proposal too many", async () => {
  const { store, calls, propose } = rig();
  store.add({ mail: "dead" });
  const action = replayOf({ source: "academy", state: "dead" });
  const { notes } = await calls.propose({ action, reason: "why" }, BOT);
  expect(notes).toEqual([]);
  const at = (perSecond: number) =>
    propose({ ...action, replay: { filter: action.replay?.filter ?? null, perSecond } });
  for (let count = 1; count < 100; count += 1) await at(count);
  expect(await codeOf(at(100))).toMatch(/^RESOURCE_EXHAUSTED: 100 proposals wait/);
});

test("propose() keeps the same action once, also of many at once, and again once it is decided", async () => {
  const { store, calls } = rig();
  store.add({ mail: "dead" });
  const action = replayOf({ source: "academy", state: "dead" });
  const ask = () => calls.propose({ action, reason: "why" }, BOT);
  const all = await Promise.all([ask(), ask(), ask()]);
  const ids = all.map(({ proposal }) => proposal?.id ?? "");
  expect(new Set(ids).size).toBe(1);
  expect(all[2]?.notes).toEqual([`${ids[0]} proposes the same and waits: nothing was added`]);
  await calls.rejectProposal({ id: ids[0] ?? "" }, ANA);
  expect((await ask()).proposal?.id).not.toBe(ids[0]);
  // More deliveries are another action.
  store.add({ mail: "dead" });
  expect((await ask()).notes).toEqual([]);
  expect(await store.proposals()).toHaveLength(3);
});
