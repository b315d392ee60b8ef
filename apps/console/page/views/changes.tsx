import type { JSX } from "preact";
import { Link, type Place, withQuery } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import { Empty, NoAnswer, Notes } from "../parts/notices.tsx";
import { Pages } from "../parts/pages.tsx";
import { Time } from "../parts/time.tsx";

/** What changed in how Hookgate runs, kept for 30 days. */
export function ChangesView({ place }: { place: Place }): JSX.Element {
  const { query } = place;
  const kind = query.get("kind");
  const { data, problem } = useRead("listChanges", {
    kinds: kind === null ? undefined : [kind],
    subject: query.get("subject") ?? undefined,
    pageToken: query.get("page") ?? undefined,
  });
  const list = data?.changes ?? [];
  return (
    <>
      <div class="title">
        <h1>Changes</h1>
        <span class="spring" />
        {(kind !== null || query.has("subject")) && (
          <Link href="/changes" class="quiet">
            Show all
          </Link>
        )}
      </div>
      <NoAnswer of={{ data, problem }} />
      <Notes of={data?.notes} />
      {data && list.length === 0 && (
        <Empty title="Nothing changed">
          <p>
            Starts, reloads, changed handlers and secrets, breakers and pauses are kept here for 30
            days.
          </p>
        </Empty>
      )}
      <ul class="rows changes">
        {list.map((change) => (
          <li key={change.id}>
            <Link
              class="kind"
              href={withQuery(place, { kind: change.kind })}
              title={`Only ${change.kind}`}
            >
              {change.kind}
            </Link>
            <span>
              {change.subject !== "" && (
                <Link
                  href={withQuery(place, { subject: change.subject })}
                  title={`Only ${change.subject}`}
                >
                  <b>{change.subject}</b>
                </Link>
              )}{" "}
              {change.text}
            </span>
            <span class="spring" />
            <Time ms={change.atMs} />
          </li>
        ))}
      </ul>
      <Pages place={place} next={data?.nextPageToken ?? ""} />
    </>
  );
}
