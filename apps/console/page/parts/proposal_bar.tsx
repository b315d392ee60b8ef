import type { JSX } from "preact";
import { plural } from "../lib/format.ts";
import { Link } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import { Outside } from "./outside.tsx";

const EVERY_MS = 15_000;

/** On every page while something waits for a person; nothing otherwise. */
export function ProposalBar(): JSX.Element | null {
  const { data } = useRead("listProposals", { waitingOnly: true }, { everyMs: EVERY_MS });
  const list = data?.proposals ?? [];
  const [newest] = list;
  if (!newest) return null;
  return (
    <aside class="waiting-bar" aria-label="Proposals">
      <span>
        <b>{plural(list.length, "proposal waits", "proposals wait")}</b>:{" "}
        <Outside text={newest.summary} />
      </span>
      <Link href={`/proposals?id=${newest.id}`}>Decide</Link>
    </aside>
  );
}
