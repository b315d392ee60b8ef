import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { go, Link, type Place } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import type { Answer } from "../lib/wire.ts";
import { Empty, Notes, Problem, Waiting } from "../parts/notices.tsx";
import { Outside } from "../parts/outside.tsx";
import { FILTERS } from "../parts/search_box.tsx";
import { Time } from "../parts/time.tsx";

type Found = Answer<"find">["found"][number];

/** Where what was found is shown; null if it was removed, or is shown here. */
function pageOf({ what, id, event, quarantined, failure }: Found): string | null {
  if (event?.event) return `/events/${event.event.id}`;
  if (quarantined) return `/quarantine/${quarantined.id}`;
  if (failure) return `/failures/${failure.id}`;
  switch (what) {
    case "replay":
      return `/replays?id=${id}`;
    case "proposal":
      return `/proposals?id=${id}`;
    case "source":
    case "subscription":
      return `/events?${new URLSearchParams({ [what]: id })}`;
    default:
      return null;
  }
}

/** What is to be said about it beside its id. */
function About({ of }: { of: Found }): JSX.Element | null {
  const { event, change, auditRecord } = of;
  if (event?.event) return <Outside text={event.event.type} />;
  if (change) {
    return (
      <>
        <Link href={`/changes?${new URLSearchParams({ subject: change.subject })}`}>
          {change.subject || change.kind}
        </Link>{" "}
        {change.text}, <Time ms={change.atMs} />
      </>
    );
  }
  if (auditRecord) {
    const { caller, action, target, reason, outcome, atMs } = auditRecord;
    return (
      <>
        {caller}: {action} {target}, {outcome}, <Time ms={atMs} />{" "}
        {reason !== "" && <Outside text={reason} />}
      </>
    );
  }
  return pageOf(of) === null ? <>(removed)</> : null;
}

/** What a text names. One thing is shown at once. */
export function FindView({ place }: { place: Place }): JSX.Element {
  const text = place.query.get("text") ?? "";
  const { data, problem } = useRead("find", { text }, { everyMs: 0 });
  const [only, second] = data?.found ?? [];
  const single = only && !second ? pageOf(only) : null;
  useEffect(() => {
    if (single !== null) go(single, { replace: true });
  }, [single]);
  if (!data && !problem) return <Waiting />;
  return (
    <>
      <div class="title">
        <h1>Found</h1>
      </div>
      <Problem of={{ problem }} />
      <Notes of={data?.notes} />
      {data && data.found.length === 0 && (
        <Empty title="Nothing has this id">
          <p>
            <code>{text}</code> names nothing that is still kept. Is it a value in a body?{" "}
            <Link href={`/search?text=${encodeURIComponent(text)}`}>Search in bodies</Link>.
          </p>
          {text.includes(":") && (
            <p>
              To filter events write only words such as <code>state:dead</code>; there are{" "}
              {FILTERS.map((word) => `${word}:`).join(", ")}.
            </p>
          )}
        </Empty>
      )}
      <ul class="rows">
        {data?.found.map((found) => {
          const page = pageOf(found);
          return (
            <li key={`${found.what} ${found.id} ${found.event?.event?.id}`}>
              <span class="kind">{found.what.replaceAll("_", " ")}</span>
              {page === null ? (
                <span class="mono">{found.id}</span>
              ) : (
                <Link href={page} class="mono">
                  {found.id}
                </Link>
              )}
              <span class="faint">
                <About of={found} />
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
