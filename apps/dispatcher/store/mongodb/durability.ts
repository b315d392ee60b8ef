import type { DurabilityFact } from "../contract/upkeep.ts";
import type { MongoContext } from "./context.ts";

/** With fewer members one that is lost stops the set, or loses it. */
const MEMBERS_MIN = 3;

/** `durability`. Events are written with a majority and the journal, whatever the address says. */
export async function readDurability({ db }: MongoContext): Promise<DurabilityFact[]> {
  const hello = await db.admin().command({ hello: 1 });
  const writes: DurabilityFact = {
    what: "commits",
    value: "by a majority, in its journal (w: majority, j: true)",
    problem: "",
    severe: false,
  };
  if (hello["msg"] === "isdbgrid") return [writes];
  const members = (hello["hosts"] as unknown[] | undefined)?.length ?? 1;
  const isFew = members < MEMBERS_MIN;
  const problem =
    "With fewer than three members, losing one stops the store or loses it: add members.";
  return [
    writes,
    {
      what: "replica set",
      value: `${hello["setName"]}, ${members} ${members === 1 ? "member" : "members"} with data`,
      problem: isFew ? problem : "",
      severe: false,
    },
  ];
}
