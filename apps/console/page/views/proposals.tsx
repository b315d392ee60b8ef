import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { act } from "../lib/api.ts";
import { commandLine } from "../lib/commands.ts";
import { plural, shortId } from "../lib/format.ts";
import { Link, type Place } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import type { Proposal } from "../lib/wire.ts";
import { Copy } from "../parts/copy.tsx";
import { Command, Empty, NoAnswer } from "../parts/notices.tsx";
import { Outside } from "../parts/outside.tsx";
import { ActionPanel } from "../parts/panel.tsx";
import { placeOf } from "../parts/search_box.tsx";
import { Time } from "../parts/time.tsx";

interface Open {
  what: "approve" | "reject";
  proposal: Proposal;
}

/** What others want done, and what became of it. */
export function ProposalsView({ place }: { place: Place }): JSX.Element {
  const { data, problem, reload } = useRead("listProposals", {}, { everyMs: 5_000 });
  const [open, setOpen] = useState<Open | null>(null);
  const list = data?.proposals ?? [];
  const chosen = place.query.get("id");
  return (
    <>
      <div class="title">
        <h1>Proposals</h1>
      </div>
      <NoAnswer of={{ data, problem }} />
      {data && list.length === 0 && (
        <Empty title="Nothing was proposed">
          <p>
            A language model can read what happened and propose a replay, a release or a pause. It
            is done only once a person has approved it here. A client of the Model Context Protocol
            starts:
          </p>
          <Command line={commandLine(["mcp"])} />
        </Empty>
      )}
      {data && chosen !== null && !list.some(({ id }) => id === chosen) && (
        <p class="note">{`None that is kept is ${chosen}.`}</p>
      )}
      <ul class="cards">
        {list.map((proposal) => (
          <Card
            key={proposal.id}
            proposal={proposal}
            chosen={proposal.id === chosen}
            act={(what) => setOpen({ what, proposal })}
          />
        ))}
      </ul>
      {open && <DecidePanel {...open} done={reload} close={() => setOpen(null)} />}
    </>
  );
}

function Card(props: {
  proposal: Proposal;
  chosen: boolean;
  act: (what: Open["what"]) => void;
}): JSX.Element {
  const { proposal, chosen } = props;
  const { id, by, atMs, state, expiresAtMs, decidedAtMs, decidedBy, decisionReason, outcome } =
    proposal;
  const waits = state === "waiting";
  return (
    <li class={chosen ? "card chosen" : "card"}>
      <header>
        <span class={`badge ${waits ? "amber" : state === "approved" ? "green" : ""}`}>
          {state}
        </span>
        <span class="faint">
          by <Outside text={by} />, <Time ms={atMs} />
        </span>
        <span class="spring" />
        {waits && (
          <span class="together">
            <button type="button" class="primary" onClick={() => props.act("approve")}>
              Approve…
            </button>
            <button type="button" onClick={() => props.act("reject")}>
              Reject…
            </button>
          </span>
        )}
      </header>
      <What proposal={proposal} />
      <p class="faint">
        {waits && (
          <>
            expires <Time ms={expiresAtMs} /> ·{" "}
          </>
        )}
        {decidedAtMs !== undefined && (
          <>
            {state} by {decidedBy} <Time ms={decidedAtMs} />
            {decisionReason !== "" && `: ${decisionReason}`} ·{" "}
          </>
        )}
        {outcome !== "" && (
          <>
            <Outcome text={outcome} /> ·{" "}
          </>
        )}
        <span class="mono">{shortId(id)}</span> <Copy text={id} what="the proposal's id" />
      </p>
    </li>
  );
}

/** What would be done, for whom, and why: the first is the dispatcher's own, the last what the proposer says. */
function What({ proposal }: { proposal: Proposal }): JSX.Element {
  const { summary, reason, bySubscription, action } = proposal;
  const ids = action?.release?.ids ?? action?.replay?.filter?.ids ?? [];
  const failure = action?.replay?.filter?.failure ?? "";
  return (
    <>
      <p class="sentence">
        <Outside text={summary} />
      </p>
      {bySubscription.length > 0 && (
        <p class="note">
          {bySubscription
            .map(
              ({ subscription, deliveries }) =>
                `${subscription}: ${plural(deliveries, "delivery", "deliveries")}`,
            )
            .join(", ")}
        </p>
      )}
      {failure !== "" && (
        <p class="note">
          of the failure <Link href={`/failures/${failure}`}>{shortId(failure)}</Link>
        </p>
      )}
      {ids.length > 0 && (
        <details>
          <summary>{plural(ids.length, "id")}</summary>
          <ul class="ids mono">
            {ids.map((id) => (
              <li key={id}>
                <Link href={placeOf(id)}>{id}</Link>
              </li>
            ))}
          </ul>
        </details>
      )}
      <blockquote>
        <Outside text={reason} />
      </blockquote>
    </>
  );
}

/** `done: rpl_…`, with a link to what was made. */
function Outcome({ text }: { text: string }): JSX.Element {
  const [replay] = /rpl_[0-9a-f]{32}/.exec(text) ?? [];
  if (replay === undefined) return <Outside text={text} />;
  return (
    <>
      done: <Link href={`/replays?id=${replay}`}>{shortId(replay)}</Link>
    </>
  );
}

const PANELS = {
  approve: {
    title: "Approve and do it now",
    button: "Approve",
    note: "It is done at once, in your name. If it would be something else by now, it is not done.",
  },
  reject: { title: "Reject the proposal", button: "Reject", note: "It is not done." },
} as const;

function DecidePanel({
  what,
  proposal,
  done,
  close,
}: Open & { done: () => void; close: () => void }): JSX.Element {
  const { id } = proposal;
  const { title, button, note } = PANELS[what];
  return (
    <ActionPanel
      title={title}
      button={button}
      command={(reason) =>
        `${commandLine(["approve", id], { reason })} --${what === "approve" ? "yes" : "reject"}`
      }
      run={async (reason) => {
        await act(what === "approve" ? "approveProposal" : "rejectProposal", { id, reason });
        done();
      }}
      close={close}
    >
      <What proposal={proposal} />
      <p class="note">{note}</p>
    </ActionPanel>
  );
}
