import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { act } from "../lib/api.ts";
import { commandLine } from "../lib/commands.ts";
import { formatCount, plural, shortId } from "../lib/format.ts";
import { Link, type Place } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import type { Replay } from "../lib/wire.ts";
import { Copy } from "../parts/copy.tsx";
import { Empty, NoAnswer } from "../parts/notices.tsx";
import { ActionPanel } from "../parts/panel.tsx";
import { Time } from "../parts/time.tsx";

const ACTIONS = {
  pause: { title: "Pause the replay", button: "Pause", state: "paused" },
  resume: { title: "Resume the replay", button: "Resume", state: "running" },
  cancel: { title: "Cancel the replay", button: "Cancel it", state: "cancelled" },
} as const;

type Action = keyof typeof ACTIONS;

const REPLAYS_MAX = 100;

/** What was repeated, by whom it was asked for, and how far it is. */
export function ReplaysView({ place }: { place: Place }): JSX.Element {
  const { data, problem, reload } = useRead(
    "listReplays",
    { limit: REPLAYS_MAX },
    { everyMs: 1_000 },
  );
  const [open, setOpen] = useState<{ action: Action; id: string } | null>(null);
  const list = data?.replays ?? [];
  const chosen = place.query.get("id");
  return (
    <>
      <div class="title">
        <h1>Replays</h1>
      </div>
      <NoAnswer of={{ data, problem }} />
      {data && list.length === 0 && (
        <Empty title="Nothing was replayed yet">
          <p>
            Select <Link href="/events">events</Link> and press <kbd>r</kbd>, or replay a whole{" "}
            <Link href="/failures">failure</Link>: one first, to see whether it is delivered, then
            the rest.
          </p>
        </Empty>
      )}
      {data && chosen !== null && !list.some(({ id }) => id === chosen) && (
        <p class="note">{`None of the newest ${REPLAYS_MAX} is ${chosen}.`}</p>
      )}
      <ul class="cards">
        {list.map((replay) => (
          <Card
            key={replay.id}
            replay={replay}
            chosen={replay.id === chosen}
            act={(action) => setOpen({ action, id: replay.id })}
          />
        ))}
      </ul>
      {open && (
        <ActionPanel
          title={ACTIONS[open.action].title}
          button={ACTIONS[open.action].button}
          command={(reason) => commandLine([open.action, open.id], { reason })}
          run={async (reason) => {
            await act("setReplayState", { id: open.id, state: ACTIONS[open.action].state, reason });
            reload();
          }}
          close={() => setOpen(null)}
        />
      )}
    </>
  );
}

function Card(props: {
  replay: Replay;
  chosen: boolean;
  act: (action: Action) => void;
}): JSX.Element {
  const { replay, chosen } = props;
  const { id, kind, reason, state, made, seen, expected, perSecond, createdAtMs, endedAtMs } =
    replay;
  const going = state === "running" || state === "paused";
  return (
    <li class={chosen ? "card chosen" : "card"}>
      <header>
        <h2>{reason === "" ? kind : reason}</h2>
        <span class={`badge ${state === "running" ? "green" : state === "paused" ? "amber" : ""}`}>
          {state}
        </span>
        <span class="spring" />
        {state === "running" && (
          <button type="button" onClick={() => props.act("pause")}>
            Pause
          </button>
        )}
        {state === "paused" && (
          <button type="button" onClick={() => props.act("resume")}>
            Resume
          </button>
        )}
        {going && (
          <button type="button" class="quiet" onClick={() => props.act("cancel")}>
            Cancel
          </button>
        )}
      </header>
      {expected !== undefined && expected > 0 && (
        <progress
          value={Math.min(made, expected)}
          max={expected}
          aria-label={`${made} of ${expected} made`}
        />
      )}
      <p>
        <b>{formatCount(made)}</b>
        {expected !== undefined && ` of ${formatCount(expected)}`}{" "}
        {(expected ?? made) === 1 ? "delivery" : "deliveries"} made{" "}
        <span class="faint">
          after {plural(seen, "event")}, at most {formatCount(perSecond)} a second
        </span>
      </p>
      <p class="faint">
        {describeFilter(replay)} · asked for <Time ms={createdAtMs} />
        {endedAtMs !== undefined && (
          <>
            , ended <Time ms={endedAtMs} />
          </>
        )}{" "}
        · <span class="mono">{shortId(id)}</span> <Copy text={id} what="the replay's id" />
      </p>
    </li>
  );
}

function describeFilter({ filter }: Replay): string {
  if (!filter) return "everything";
  const { ids, source, type, subscription, state, failure } = filter;
  if (ids.length > 0) return ids.length === 1 ? shortId(ids[0] ?? "") : `${ids.length} by id`;
  const parts = [
    state !== "unspecified" ? state : "",
    type,
    source === "" ? "" : `from ${source}`,
    subscription === "" ? "" : `for ${subscription}`,
    failure === "" ? "" : `of ${shortId(failure)}`,
  ];
  return parts.filter((part) => part !== "").join(" ") || "everything";
}
