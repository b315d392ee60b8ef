import type { JSX } from "preact";
import { go, Link, type Place, withQuery } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";

const STATES = ["dead", "waiting", "running", "delivered", "cancelled"];

const SPANS: readonly (readonly [string, string])[] = [
  ["", "any time"],
  ["300000", "last 5 minutes"],
  ["3600000", "last hour"],
  ["86400000", "last 24 hours"],
  ["604800000", "last 7 days"],
];

/** The filters of events; the URL holds all of them. */
export function EventFilters({ place }: { place: Place }): JSX.Element {
  const sources = useRead("listSources", {}, { everyMs: 0 });
  const subscriptions = useRead("listSubscriptions", {}, { everyMs: 0 });
  const { query } = place;
  const value = (name: string) => query.get(name) ?? "";
  const set = (name: string) => (text: string) => go(withQuery(place, { [name]: text }));
  const state = query.get("unhandled") === "true" ? "unhandled" : value("state");
  const setState = (text: string) => {
    const change =
      text === "unhandled" ? { unhandled: "true", state: "" } : { state: text, unhandled: "" };
    go(withQuery(place, change));
  };
  const sourceNames = (sources.data?.sources ?? []).map(({ name }) => name);
  const subscriptionNames = (subscriptions.data?.subscriptions ?? []).map(({ name }) => name);
  const any = ["source", "type", "state", "subscription", "unhandled", "last", "from", "to"].some(
    (name) => query.has(name),
  );
  return (
    <div class="filters">
      <Choice
        label="Source"
        value={value("source")}
        options={withValue(sourceNames, value("source")).map((name) => [name, name])}
        set={set("source")}
      />
      <label>
        Type
        <input
          value={value("type")}
          placeholder="any"
          onChange={({ currentTarget }) => set("type")(currentTarget.value.trim())}
        />
      </label>
      <Choice
        label="State"
        value={state}
        options={[...STATES, "unhandled"].map((name) => [name, name])}
        set={setState}
      />
      <Choice
        label="For"
        value={value("subscription")}
        options={withValue(subscriptionNames, value("subscription")).map((name) => [name, name])}
        set={set("subscription")}
      />
      <label>
        Received
        <select
          value={value("last")}
          onChange={({ currentTarget }) => set("last")(currentTarget.value)}
        >
          {SPANS.map(([ms, words]) => (
            <option key={ms} value={ms}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {any && (
        <Link href="/events" class="quiet clear">
          Clear
        </Link>
      )}
    </div>
  );
}

/** A name from the URL is offered even if it is not known. */
function withValue(names: readonly string[], value: string): string[] {
  return value === "" || names.includes(value) ? [...names] : [...names, value];
}

function Choice(props: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  set: (value: string) => void;
}): JSX.Element {
  const { label, value, options, set } = props;
  return (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
        <option value="">any</option>
        {options.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
