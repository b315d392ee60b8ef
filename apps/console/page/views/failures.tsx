import type { JSX } from "preact";
import { go, Link, type Place, withQuery } from "../lib/route.tsx";
import { useWatch } from "../lib/use_read.ts";
import { FailureRow } from "../parts/failure_row.tsx";
import { Empty, NoAnswer, Notes } from "../parts/notices.tsx";
import { Pages } from "../parts/pages.tsx";

const STATES = ["open", "acknowledged", "resolved"];

/** Failed attempts, by their cause. */
export function FailuresView({ place }: { place: Place }): JSX.Element {
  const state = place.query.get("state") ?? "open";
  const subscription = place.query.get("subscription");
  const failures = useWatch("listFailures", {
    states: state === "all" ? undefined : [state],
    subscription: subscription ?? undefined,
    pageToken: place.query.get("page") ?? undefined,
  });
  const list = failures.data?.failures ?? [];
  return (
    <>
      <div class="title">
        <h1>Failures{subscription !== null && ` of ${subscription}`}</h1>
        <span class="spring" />
        {subscription !== null && (
          <Link href={withQuery(place, { subscription: "" })} class="quiet">
            Show all
          </Link>
        )}
        <fieldset class="tabs" aria-label="State">
          {[...STATES, "all"].map((name) => (
            <button
              type="button"
              key={name}
              aria-pressed={name === state}
              onClick={() => go(withQuery(place, { state: name }))}
            >
              {name}
            </button>
          ))}
        </fieldset>
      </div>
      <NoAnswer of={failures} />
      <Notes of={failures.data?.notes} />
      {failures.data && list.length === 0 && (
        <Empty title={state === "open" ? "Nothing fails" : `None is ${state}`}>
          <p>
            Attempts that fail for the same reason are one group here: how often, since when, where
            in your code, and one example. Look at <Link href="/events">events</Link> meanwhile.
          </p>
        </Empty>
      )}
      <ul class="rows">
        {list.map((failure) => (
          <FailureRow key={failure.id} failure={failure} />
        ))}
      </ul>
      <Pages place={place} next={failures.data?.nextPageToken ?? ""} />
    </>
  );
}
