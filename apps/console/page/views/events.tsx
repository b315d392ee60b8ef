import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { commandLine } from "../lib/commands.ts";
import { formatBytes, plural, shortId } from "../lib/format.ts";
import { latestOf } from "../lib/latest.ts";
import { go, Link, type Place, withQuery } from "../lib/route.tsx";
import { useKeys } from "../lib/use_keys.ts";
import { useRead, useWatch } from "../lib/use_read.ts";
import type { EventSummary, ReplayFilter, Request } from "../lib/wire.ts";
import { Copy, copyText } from "../parts/copy.tsx";
import { EventFilters } from "../parts/event_filters.tsx";
import { Command, Empty, NoAnswer, Notes } from "../parts/notices.tsx";
import { Outside } from "../parts/outside.tsx";
import { Pages } from "../parts/pages.tsx";
import { type Probe, ReplayPanel } from "../parts/replay_panel.tsx";
import { EventState } from "../parts/state.tsx";
import { Time } from "../parts/time.tsx";

const PAGE_SIZE = 50;

/** The search in the bodies of the same events. */
function searchOf({ query }: Place): string {
  const same = ["source", "type"].flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[name, value]];
  });
  return same.length === 0 ? "/search" : `/search?${new URLSearchParams(same)}`;
}

/** Events, newest first. New ones wait behind a button: nothing moves under the mouse. */
export function EventsView({ place }: { place: Place }): JSX.Element {
  const request = requestOf(place.query);
  const live = request.pageToken === undefined && request.toMs === undefined;
  const watched = useWatch("listEvents", live ? request : null);
  const fetched = useRead("listEvents", live ? null : request, { everyMs: 0 });
  const { data, problem } = live ? watched : fetched;
  const view = place.query.toString();
  const { rows, waiting, showNew } = useSettledRows(data?.events, view);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // What is not seen any more is not acted on.
  useEffect(() => setChosen(new Set()), [view]);
  const [replay, setReplay] = useState<{
    title: string;
    filter: ReplayFilter;
    probe?: Probe;
  } | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const at = useRowKeys(rows, {
    choose: (id) => setChosen((before) => toggled(before, id)),
    replay: (id) => replayChosen(chosen.size > 0 ? [...chosen] : [id]),
  });

  /** Of an event with dead deliveries only these: what was delivered need not be again. */
  function replayChosen(events: readonly string[]): void {
    const [first] = events;
    if (first === undefined) return;
    const ids = events.flatMap((id) => {
      const row = rows.find(({ event }) => event?.id === id);
      const dead = latestOf(row?.deliveries ?? []).filter(({ state }) => state === "dead");
      return dead.length > 0 ? dead.map((delivery) => delivery.id) : [id];
    });
    const probe = ids.length > 1 ? { probe: { id: ids[0] ?? "", eventId: first } } : {};
    setReplay({
      title: `Replay ${plural(events.length, "event")}`,
      filter: { ids: [...ids] },
      ...probe,
    });
  }

  return (
    <>
      <div class="title">
        <h1>Events</h1>
        <Link href={searchOf(place)} class="quiet">
          Search in bodies
        </Link>
      </div>
      <EventFilters place={place} />
      <div class="bar">
        {waiting > 0 ? (
          <button type="button" class="fresh" onClick={showNew}>
            {waiting >= PAGE_SIZE ? `${PAGE_SIZE} or more` : waiting} new
          </button>
        ) : (
          <span class="faint">{!live ? "older events" : problem ? "" : "live"}</span>
        )}
        <span class="spring" />
        {chosen.size > 0 && (
          <>
            <button type="button" onClick={() => replayChosen([...chosen])}>
              Replay {chosen.size} selected
            </button>
            <button type="button" class="quiet" onClick={() => setChosen(new Set())}>
              Clear
            </button>
          </>
        )}
        {chosen.size === 0 && rows.length > 0 && hasFilter(request) && (
          <button
            type="button"
            onClick={() => {
              const first = rows[0]?.event?.id ?? "";
              setReplay({
                title: "Replay all that match",
                filter: filterOf(request),
                ...(rows.length > 1 && { probe: { id: first, eventId: first } }),
              });
            }}
          >
            Replay all that match
          </button>
        )}
      </div>
      {made !== null && (
        <p class="done" role="status">
          Replaying: <Link href={`/replays?id=${made}`}>{shortId(made)}</Link>. What it makes shows
          here as it is delivered.
        </p>
      )}
      <NoAnswer of={{ data, problem }} />
      <Notes of={data?.notes} />
      {data && rows.length === 0 && (
        <NoEvents filtered={hasFilter(request)} more={data.nextPageToken} />
      )}
      {rows.length > 0 && (
        <table class="events">
          <thead>
            <tr>
              <th class="pick">
                <span class="unseen">Selected</span>
              </th>
              <th>State</th>
              <th>Type</th>
              <th>Source</th>
              <th>For</th>
              <th class="right">Size</th>
              <th class="right">Received</th>
              <th>Event</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <Row
                key={row.event?.id}
                row={row}
                place={place}
                current={index === at}
                chosen={chosen.has(row.event?.id ?? "")}
                choose={() => setChosen((before) => toggled(before, row.event?.id ?? ""))}
              />
            ))}
          </tbody>
        </table>
      )}
      <Pages place={place} next={data?.nextPageToken ?? ""} />
      <p class="hint">
        <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>x</kbd> selects, <kbd>r</kbd>{" "}
        replays, <kbd>c</kbd> copies the id
      </p>
      {replay && (
        <ReplayPanel
          {...replay}
          done={(id) => {
            setMade(id);
            setChosen(new Set());
          }}
          close={() => setReplay(null)}
        />
      )}
    </>
  );
}

function Row(props: {
  row: EventSummary;
  place: Place;
  current: boolean;
  chosen: boolean;
  choose: () => void;
}): JSX.Element | null {
  const { row, place, current, chosen, choose } = props;
  const { event, deliveries, bodyBytes } = row;
  if (!event) return null;
  const names = latestOf(deliveries).map(({ subscription }) => subscription);
  return (
    <tr class={current ? "current" : ""} aria-selected={chosen}>
      <td class="pick">
        <input
          type="checkbox"
          checked={chosen}
          onChange={choose}
          aria-label={`Select ${event.id}`}
        />
      </td>
      <td>
        <EventState deliveries={deliveries} place={place} />
      </td>
      <td class="main">
        <Link
          class="cell"
          href={withQuery(place, { type: event.type })}
          title={`Only ${event.type}`}
        >
          <Outside text={event.type} />
        </Link>
      </td>
      <td>
        <Link
          class="cell"
          href={withQuery(place, { source: event.source })}
          title={`Only ${event.source}`}
        >
          {event.source}
        </Link>
      </td>
      <td class="names">
        {names.map((name) => (
          <Link
            class="cell"
            key={name}
            href={withQuery(place, { subscription: name })}
            title={`Only for ${name}`}
          >
            {name}
          </Link>
        ))}
        {names.length === 0 && <span class="faint">nobody</span>}
      </td>
      <td class="right faint">
        {/* Of a protected one more is kept than its body, and how much it is only the event itself says. */}
        {event.flags.includes("protected") ? "–" : formatBytes(bodyBytes)}
      </td>
      <td class="right">
        <Time ms={event.receivedAtMs} />
      </td>
      <td class="id">
        <Link href={`/events/${event.id}`} title={event.id}>
          {shortId(event.id)}
        </Link>
        <Copy text={event.id} what={`the id ${event.id}`} />
      </td>
    </tr>
  );
}

function NoEvents({ filtered, more }: { filtered: boolean; more: string }): JSX.Element {
  if (more !== "") {
    return (
      <Empty title="None in this part">
        <p>Older ones may match: look further with the link below.</p>
      </Empty>
    );
  }
  if (filtered) {
    return (
      <Empty title="No event matches">
        <p>
          <Link href="/events">Show all events</Link>, or look for a value inside bodies in{" "}
          <Link href="/search">the search</Link>.
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="No event yet">
      <p>Send a signed one from a shell; it shows here within a second.</p>
      <Command line={commandLine(["send", "course.enrolled"])} />
    </Empty>
  );
}

function requestOf(query: URLSearchParams): Request<"listEvents"> {
  const text = (name: string) => query.get(name) ?? undefined;
  const time = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined);
  const spanMs = Number(query.get("last") ?? 0);
  // To the minute, so that the same view asks the same while it is looked at.
  const sinceMs = spanMs > 0 ? Math.floor((Date.now() - spanMs) / 60_000) * 60_000 : undefined;
  return {
    source: text("source"),
    type: text("type"),
    subscription: text("subscription"),
    state: text("state") as Request<"listEvents">["state"],
    unhandled: query.get("unhandled") === "true" ? true : undefined,
    fromMs: time("from") ?? sinceMs,
    toMs: time("to"),
    pageToken: text("page"),
    pageSize: PAGE_SIZE,
  };
}

function hasFilter({ pageSize, pageToken, ...filter }: Request<"listEvents">): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}

/** What can be replayed of a view: only deliveries that have ended. */
function filterOf(request: Request<"listEvents">): ReplayFilter {
  const { source, type, subscription, state, fromMs, toMs } = request;
  const ended = state === "dead" || state === "delivered" || state === "cancelled";
  return { source, type, subscription, fromMs, toMs, state: ended ? state : undefined };
}

/** Rows that stay where they are while newer ones wait; what is known of them is always the newest. */
function useSettledRows(events: readonly EventSummary[] | undefined, view: string) {
  const [settled, setSettled] = useState<{ view: string; ids: string[] }>({ view, ids: [] });
  const known = useRef(new Map<string, EventSummary>());
  const latest = useMemo(() => {
    for (const row of events ?? []) if (row.event) known.current.set(row.event.id, row);
    return (events ?? []).flatMap(({ event }) => event?.id ?? []);
  }, [events]);
  const fresh = settled.view !== view || settled.ids.length === 0;
  const ids = fresh ? latest : settled.ids;
  useEffect(() => {
    if (fresh && latest.length > 0) setSettled({ view, ids: latest });
  }, [fresh, latest, view]);
  const shown = new Set(ids);
  return {
    rows: ids.flatMap((id) => known.current.get(id) ?? []),
    waiting: latest.filter((id) => !shown.has(id)).length,
    showNew: () => setSettled({ view, ids: latest }),
  };
}

function useRowKeys(
  rows: readonly EventSummary[],
  does: { choose: (id: string) => void; replay: (id: string) => void },
): number {
  const [at, setAt] = useState(-1);
  const idAt = (index: number) => rows[index]?.event?.id;
  const move = (by: number) => () => {
    const next = Math.min(Math.max(at + by, 0), rows.length - 1);
    setAt(next);
    document.querySelectorAll("table.events tbody tr")[next]?.scrollIntoView({ block: "nearest" });
  };
  const withRow = (work: (id: string) => void) => () => {
    const id = idAt(at);
    if (id !== undefined) work(id);
  };
  useKeys({
    j: move(1),
    k: move(-1),
    ArrowDown: move(1),
    ArrowUp: move(-1),
    Enter: withRow((id) => go(`/events/${id}`)),
    x: withRow(does.choose),
    r: withRow(does.replay),
    c: withRow((id) => void copyText(id)),
  });
  return at;
}

function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}
