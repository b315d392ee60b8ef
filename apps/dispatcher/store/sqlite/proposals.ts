import type { DatabaseSync } from "node:sqlite";
import { decide, makeRoom } from "../contract/decide_proposals.ts";
import type { Proposal } from "../contract/proposals.ts";
import { prepare } from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

/** Proposals, each as JSON: they are few, and read all at once. */
export const PROPOSALS_TABLE = `
CREATE TABLE IF NOT EXISTS proposals (
  id TEXT PRIMARY KEY,
  proposal TEXT NOT NULL
) STRICT, WITHOUT ROWID;`;

/** Prepares what keeps proposals. */
export function prepareProposals(
  db: DatabaseSync,
): OperationsOf<"keepProposal" | "proposals" | "decideProposal" | "endProposal"> {
  const all = prepare<{ proposal: string }>(db, "SELECT proposal FROM proposals ORDER BY id DESC");
  const one = prepare<{ proposal: string }>(db, "SELECT proposal FROM proposals WHERE id = ?");
  const put = prepare(db, "INSERT OR REPLACE INTO proposals VALUES (?, ?)");
  const remove = prepare(db, "DELETE FROM proposals WHERE id = ?");

  const readAll = () => all.all().map(read);
  const find = (id: string) => {
    const row = one.get(id);
    return row ? read(row) : null;
  };
  const write = (proposal: Proposal) => put.run(proposal.id, JSON.stringify(proposal));

  return {
    keepProposal(now, proposal) {
      const gone = makeRoom(readAll(), now);
      if (!gone) return false;
      for (const id of gone) remove.run(id);
      write(proposal);
      return true;
    },
    proposals: () => readAll(),
    decideProposal(now, id, decision) {
      const result = decide(find(id), decision, now);
      if (result.outcome === "decided") write(result.proposal);
      return result;
    },
    endProposal(_now, id, outcome) {
      const found = find(id);
      if (!found?.decision) return found;
      const ended = { ...found, decision: { ...found.decision, outcome } };
      write(ended);
      return ended;
    },
  };
}

function read({ proposal }: { proposal: string }): Proposal {
  return JSON.parse(proposal);
}
