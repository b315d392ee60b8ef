import type { DatabaseSync } from "node:sqlite";
import type { ReleaseResult } from "../contract/quarantine.ts";
import type { CommitInput, prepareCommit } from "./commit.ts";
import type { CommitAnswer } from "./messages.ts";
import { isId, packId, unpackId } from "./rows.ts";

/** What `release` is given: one capture. */
export interface ReleaseInput extends CommitInput {
  id: string;
}

/** The worker's answer: where the request was released, that of the commit. */
export type ReleaseAnswer =
  | { outcome: "released"; answer: CommitAnswer }
  | Exclude<ReleaseResult, { outcome: "released" }>;

/** Prepares `release`: null where the revision is another. */
export function prepareRelease(
  db: DatabaseSync,
  commit: ReturnType<typeof prepareCommit>,
): (input: ReleaseInput, now: number) => ReleaseAnswer | null {
  const find = db.prepare("SELECT row, released_as FROM quarantine WHERE id = ?");
  const mark = db.prepare("UPDATE quarantine SET released_as = ? WHERE row = ?");

  return function release({ id, ...input }, now) {
    const found = isId(id, "qtn") ? find.get(packId(id)) : undefined;
    if (!found) return { outcome: "missing" };
    const releasedAs = found["released_as"];
    if (releasedAs !== null) {
      return { outcome: "already_released", eventId: unpackId("evt", releasedAs) };
    }
    const answers = commit(input, now, { replacesDead: false });
    const [capture] = input.captures;
    if (!answers || !capture) return null;
    const answer = answers[0] ?? null;
    const eventId = answer?.eventId ?? capture.id;
    mark.run(packId(eventId), found["row"] as number);
    if (answer && !answer.isNew) return { outcome: "already_stored", eventId };
    return { outcome: "released", answer };
  };
}
