import type { JSX } from "preact";
import { latestOf } from "../lib/latest.ts";
import type { Place } from "../lib/route.tsx";
import { Link, withQuery } from "../lib/route.tsx";
import type { Delivery } from "../lib/wire.ts";

/** A word with a dot in its colour; the word says everything, the colour says it again. */
export function State({ name }: { name: string }): JSX.Element {
  return (
    <span class={`state ${name}`}>
      <i aria-hidden="true" />
      {name}
    </span>
  );
}

const WORST = ["dead", "running", "waiting", "cancelled", "delivered"] as const;

/** What became of an event: the worst state of its deliveries, or the one that is asked for, and how many have it. */
export function stateOf(
  deliveries: readonly Delivery[],
  asked: string | null = null,
): { name: string; count: number } {
  const latest = latestOf(deliveries);
  for (const name of [asked, ...WORST]) {
    const count = latest.filter(({ state }) => state === name).length;
    if (name !== null && count > 0) return { name, count };
  }
  return { name: "unhandled", count: 0 };
}

/** The state of an event as a filter. Where one subscription is looked at, what others made of it does not count. */
export function EventState({
  deliveries,
  place,
}: {
  deliveries: readonly Delivery[];
  place: Place;
}): JSX.Element {
  const only = place.query.get("subscription");
  const shown = deliveries.filter(({ subscription }) => only === null || subscription === only);
  const { name, count } = stateOf(shown, place.query.get("state"));
  const total = latestOf(shown).length;
  const change =
    name === "unhandled" ? { unhandled: "true", state: "" } : { state: name, unhandled: "" };
  return (
    <Link class="cell" href={withQuery(place, change)} title={`Only ${name}`}>
      <State name={name} />
      {total > 1 && count < total && (
        <span class="faint">
          {" "}
          {count}/{total}
        </span>
      )}
    </Link>
  );
}
