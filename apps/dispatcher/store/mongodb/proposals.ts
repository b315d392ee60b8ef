import type { ClientSession } from "mongodb";
import { decide, makeRoom } from "../contract/decide_proposals.ts";
import type { DecideResult, Proposal, ProposalDecision } from "../contract/proposals.ts";
import type { ProposalDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { readAll, readFirst } from "./documents.ts";

/** `keepProposal`, in one transaction. One whose id is stored stays as it is. */
export function keepProposal(
  context: MongoContext,
  proposal: Proposal,
  { signal }: { signal: AbortSignal },
): Promise<boolean> {
  return context.queues.step.run(signal, (session) => writeProposal(context, proposal, session));
}

/** `proposals`. */
export async function readProposals({
  collections: { proposals },
}: MongoContext): Promise<Proposal[]> {
  return (await readAll(proposals.find().sort({ _id: -1 }))).map(proposalOf);
}

/** `decideProposal`: a transaction, so that of two decisions the second one finds the first. */
export function decideProposal(
  context: MongoContext,
  id: string,
  { decision, signal }: { decision: ProposalDecision; signal: AbortSignal },
): Promise<DecideResult> {
  const { proposals } = context.collections;
  return context.queues.step.run(signal, async (session) => {
    const found = await readFirst(proposals.find({ _id: id }, { session }));
    const result = decide(found && proposalOf(found), decision, context.clock.now());
    if (result.outcome === "decided") {
      await proposals.updateOne({ _id: id }, { $set: { decision } }, { session });
    }
    return result;
  });
}

/** `endProposal`. */
export async function endProposal(
  { collections: { proposals } }: MongoContext,
  id: string,
  outcome: string,
): Promise<Proposal | null> {
  const filter = { _id: id, "decision.state": "approved" as const };
  await proposals.updateOne(filter, { $set: { "decision.outcome": outcome } });
  const found = await readFirst(proposals.find({ _id: id }));
  return found && proposalOf(found);
}

async function writeProposal(
  { collections: { proposals }, clock }: MongoContext,
  { id, ...fields }: Proposal,
  session: ClientSession,
): Promise<boolean> {
  const projection = { decision: 1, expiresAt: 1 };
  const found: Pick<ProposalDocument, "_id" | "decision" | "expiresAt">[] = await readAll(
    proposals.find({}, { projection, session }),
  );
  if (found.some(({ _id }) => _id === id)) return true;
  const kept = found.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
  const gone = makeRoom(kept, clock.now());
  if (!gone) return false;
  if (gone.length > 0) await proposals.deleteMany({ _id: { $in: gone } }, { session });
  await proposals.insertOne({ _id: id, ...fields }, { session });
  return true;
}

function proposalOf({ _id, ...proposal }: ProposalDocument): Proposal {
  return { id: _id, ...proposal };
}
