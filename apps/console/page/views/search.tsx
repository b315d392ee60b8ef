import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { CallProblem, read } from "../lib/api.ts";
import { formatCount } from "../lib/format.ts";
import { go, type Place, withQuery } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import type { Answer, EventSummary, Request } from "../lib/wire.ts";
import { Empty, Notes, Problem, Waiting } from "../parts/notices.tsx";
import { Outside } from "../parts/outside.tsx";
import { State, stateOf } from "../parts/state.tsx";
import { Time } from "../parts/time.tsx";
import { EventLink } from "./event.tsx";

type Part = Answer<"findInBodies">;

const SPANS: readonly (readonly [string, string])[] = [
  ["3600000", "last hour"],
  ["86400000", "last 24 hours"],
  ["604800000", "last 7 days"],
  ["2592000000", "last 30 days"],
];

const SPAN_MS_DEFAULT = "86400000";

/** What the form has, by its names in the URL. */
const FIELDS = ["source", "type", "pointer", "value", "text", "last"] as const;

/** What the form has where the URL says nothing. */
const DEFAULTS: Partial<Record<(typeof FIELDS)[number], string>> = { last: SPAN_MS_DEFAULT };

/** What a view looks for. */
function requestOf(query: URLSearchParams, source: string): Request<"findInBodies"> {
  const text = (name: (typeof FIELDS)[number]) => query.get(name) ?? "";
  const pointer = text("pointer");
  return {
    source: text("source") || source,
    type: text("type"),
    fromMs: Date.now() - Number(text("last") || SPAN_MS_DEFAULT),
    ...(pointer === "" ? { text: text("text") } : { where: { pointer, value: text("value") } }),
  };
}

/** Looks for a value in the bodies of a source's events, a part at a time, and says how far it came. */
export function SearchView({ place }: { place: Place }): JSX.Element {
  const { query } = place;
  const sources = useRead("listSources", {}, { everyMs: 0 });
  const names = (sources.data?.sources ?? []).map(({ name }) => name);
  const source = query.get("source") ?? names[0] ?? "";
  const search = useSearch();
  // The URL holds the whole view, so a new tab and the way back find the same.
  const view = query.toString();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    for (const name of FIELDS) fill(form.current, name, query.get(name) ?? DEFAULTS[name] ?? "");
  }, [view]);
  useEffect(() => {
    if (!query.has("source")) fill(form.current, "source", source);
  }, [view, source]);
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (shown.current === view || source === "") return;
    shown.current = view;
    if (query.has("pointer") || query.has("text")) void search.run(requestOf(query, source));
    else search.clear();
  }, [view, source]);
  const submit = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const change = Object.fromEntries(
      FIELDS.map((name) => [name, String(form.get(name) ?? "").trim()]),
    );
    const url = withQuery(place, change);
    // Without anything to look for the dispatcher says what is missing.
    const isElsewhere =
      url !== withQuery(place, {}) && `${change["pointer"]}${change["text"]}` !== "";
    if (isElsewhere) go(url);
    else void search.run(requestOf(new URLSearchParams(change), ""));
  };
  return (
    <>
      <div class="title">
        <h1>Search in bodies</h1>
      </div>
      <datalist id="sources">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <form class="filters" onSubmit={submit} ref={form}>
        <label>
          Source
          <input name="source" list="sources" required />
        </label>
        <label>
          Type
          <input name="type" placeholder="any" />
        </label>
        <label>
          Received
          <select name="last">
            {SPANS.map(([ms, words]) => (
              <option key={ms} value={ms}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          JSON pointer
          <input name="pointer" class="mono" placeholder="/data/customer" />
        </label>
        <label>
          has the value
          <input name="value" class="mono" placeholder="cus_1" />
        </label>
        <label>
          or any text
          <input name="text" />
        </label>
        <button type="submit" class="primary">
          Search
        </button>
      </form>
      <Problem of={search} again={false} />
      <Notes of={search.notes} />
      {search.busy && !search.part && <Waiting />}
      {search.part && (
        <p class="note" role="status">
          Searched {formatCount(search.part.searched)} of {formatCount(search.part.total)}
          {search.part.total >= search.part.countedMax ? " or more" : ""} events
          {search.part.skipped > 0 &&
            `, ${formatCount(search.part.skipped)} of them too large to read`}
          {search.busy ? "…" : search.part.nextPageToken === "" ? ": all of them." : "."}{" "}
          {search.busy ? (
            <button type="button" class="quiet" onClick={search.stop}>
              Stop
            </button>
          ) : (
            search.part.nextPageToken !== "" && (
              <button type="button" class="quiet" onClick={search.resume}>
                Look further
              </button>
            )
          )}
        </p>
      )}
      {search.part && search.found.length === 0 && !search.busy && (
        <Empty title="Nothing found">
          <p>Only this source, type and time were searched: widen them, or look further.</p>
        </Empty>
      )}
      <ul class="rows">
        {search.found.map(({ event, deliveries }) =>
          event ? (
            <li key={event.id}>
              <State name={stateOf(deliveries).name} />
              <b>
                <Outside text={event.type} />
              </b>
              <EventLink id={event.id} />
              <span class="spring" />
              <Time ms={event.receivedAtMs} />
            </li>
          ) : null,
        )}
      </ul>
    </>
  );
}

/** By hand: an input that follows the URL would take back what somebody writes. */
function fill(form: HTMLFormElement | null, name: string, value: string): void {
  const field = form?.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
}

/** Events that are shown at once; looking further shows the next ones. */
const FOUND_MAX = 500;

function useSearch() {
  const [part, setPart] = useState<Part | null>(null);
  const [found, setFound] = useState<readonly EventSummary[]>([]);
  const [notes, setNotes] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CallProblem | null>(null);
  const asked = useRef<Request<"findInBodies">>({});
  const control = useRef(new AbortController());
  useEffect(() => () => control.current.abort(), []);

  async function look(first: string): Promise<void> {
    control.current.abort();
    const own = new AbortController();
    control.current = own;
    setBusy(true);
    setProblem(null);
    let pageToken = first;
    let count = 0;
    try {
      do {
        const answer = await read("findInBodies", { ...asked.current, pageToken }, own.signal);
        setPart(answer);
        if (pageToken === "") setNotes(answer.notes);
        setFound((before) => [...before, ...answer.events].slice(0, FOUND_MAX));
        count += answer.events.length;
        pageToken = answer.nextPageToken;
      } while (pageToken !== "" && count < FOUND_MAX);
    } catch (error) {
      if (own.signal.aborted) return;
      if (!(error instanceof CallProblem)) throw error;
      setProblem(error);
    }
    setBusy(false);
  }

  return {
    part,
    notes,
    found,
    busy,
    problem,
    run(request: Request<"findInBodies">) {
      asked.current = request;
      setPart(null);
      setNotes([]);
      setFound([]);
      return look("");
    },
    clear() {
      control.current.abort();
      setBusy(false);
      setPart(null);
      setNotes([]);
      setFound([]);
      setProblem(null);
    },
    resume() {
      setFound([]);
      void look(part?.nextPageToken ?? "");
    },
    stop() {
      control.current.abort();
      setBusy(false);
    },
  };
}
