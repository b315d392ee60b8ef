import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import {
  PROPOSAL_MS_MAX,
  PROPOSALS_KEPT_MAX,
  PROPOSALS_WAITING_MAX,
  type Proposal,
  type ProposalDecision,
} from "../contract/proposals.ts";
import type { SuiteContext } from "./fixtures.ts";

/** `keepProposal`, `proposals`, `decideProposal`, `endProposal`. */
export function testProposals(context: SuiteContext): void {
  const propose = (part: Partial<Proposal> = {}): Proposal => {
    const at = context.store.now();
    return {
      id: newId("prp", { now: at }),
      at,
      by: "mcp",
      reason: "it $broke é\u0000",
      expiresAt: at + PROPOSAL_MS_MAX,
      action: { kind: "replay", filter: { source: "academy", to: at }, perSecond: 200 },
      effect: {
        count: 3,
        bySubscription: [{ subscription: "crm.$eu", deliveries: 3 }],
        digest: "ab".repeat(32),
      },
      decision: null,
      ...part,
    };
  };
  const decision = (part: Partial<ProposalDecision> = {}): ProposalDecision => ({
    ...{ state: "approved", at: context.store.now(), by: "ana", reason: "yes", outcome: "started" },
    ...part,
  });

  test("proposals() of an empty store", async () => {
    const { store } = context;
    expect(await store.proposals()).toEqual([]);
    expect(await store.decideProposal(newId("prp"), decision())).toEqual({ outcome: "missing" });
    expect(await store.endProposal(newId("prp"), "done")).toBeNull();
  });

  test("keepProposal() keeps every kind of action, newest first", async () => {
    const { store } = context;
    const effect = { count: 2, bySubscription: [], digest: "" };
    const kept = [
      propose(),
      propose({ action: { kind: "release", ids: ["qtn_1", "qtn_2"] }, effect }),
      propose({ action: { kind: "pause", subscription: "crm" }, effect }),
    ];
    for (const one of kept) expect(await store.keepProposal(one)).toBe(true);
    expect(await store.proposals()).toEqual(kept.toReversed());
  });

  test("decideProposal() counts once, whatever is decided after it", async () => {
    const { store } = context;
    const one = propose();
    await store.keepProposal(one);
    const [first, second] = await Promise.all([
      store.decideProposal(one.id, decision({ by: "ana" })),
      store.decideProposal(one.id, decision({ by: "bo", state: "rejected" })),
    ]);
    expect([first.outcome, second.outcome].toSorted()).toEqual(["decided", "refused"]);
    const [now] = await store.proposals();
    for (const result of [first, second]) expect(result).toHaveProperty("proposal", now);
    const third = await store.decideProposal(one.id, decision({ by: "cy" }));
    expect(third).toEqual({ outcome: "refused", proposal: now });
  });

  test("endProposal() writes what became of one that was approved", async () => {
    const { store } = context;
    const [one, other] = [propose(), propose()];
    for (const each of [one, other]) await store.keepProposal(each);
    const approved = decision();
    await store.decideProposal(one.id, approved);
    const ended = { ...one, decision: { ...approved, outcome: "done: rpl_1" } };
    expect(await store.endProposal(one.id, "done: rpl_1")).toEqual(ended);
    expect(await store.endProposal(other.id, "done")).toEqual(other);
    expect(await store.proposals()).toEqual([other, ended]);
  });

  context.testWithClock("decideProposal() refuses one that nobody decided in time", async () => {
    const { store, advance } = context;
    const one = propose();
    await store.keepProposal(one);
    await advance(PROPOSAL_MS_MAX + 1_000);
    const result = await store.decideProposal(one.id, decision());
    expect(result).toEqual({ outcome: "refused", proposal: one });
  });

  context.testWithClock(
    "keepProposal() refuses one too many that waits, and removes the oldest that do not",
    async () => {
      const { store, advance } = context;
      const fill = async (count: number) => {
        for (let at = 0; at < count; at += 1)
          expect(await store.keepProposal(propose())).toBe(true);
      };
      const first = propose();
      await store.keepProposal(first);
      await fill(PROPOSALS_WAITING_MAX - 1);
      expect(await store.keepProposal(propose())).toBe(false);
      expect(await store.proposals()).toHaveLength(PROPOSALS_WAITING_MAX);
      for (let day = 1; day < PROPOSALS_KEPT_MAX / PROPOSALS_WAITING_MAX; day += 1) {
        await advance(PROPOSAL_MS_MAX + 1_000);
        await fill(PROPOSALS_WAITING_MAX);
      }
      await advance(PROPOSAL_MS_MAX + 1_000);
      expect((await store.proposals()).at(-1)).toEqual(first);
      await store.keepProposal(propose());
      const kept = await store.proposals();
      expect(kept).toHaveLength(PROPOSALS_KEPT_MAX);
      expect(kept.at(-1)?.id).not.toBe(first.id);
    },
    120_000,
  );
}
