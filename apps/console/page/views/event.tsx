import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { act, session } from "../lib/api.ts";
import { headersOf } from "../lib/bytes.ts";
import { commandLine } from "../lib/commands.ts";
import { asCurl, asFixture, asHandlerTest } from "../lib/copy_forms.ts";
import { shortId } from "../lib/format.ts";
import { latestOf, likelyFor } from "../lib/latest.ts";
import { go, Link } from "../lib/route.tsx";
import { useKeys } from "../lib/use_keys.ts";
import { useRead, useWatch } from "../lib/use_read.ts";
import type { Delivery, ReplayFilter, StoredEvent, WholeEvent } from "../lib/wire.ts";
import { BodyView } from "../parts/body_view.tsx";
import { Copy, copyText } from "../parts/copy.tsx";
import { CopyPanel } from "../parts/copy_panel.tsx";
import { DeliveryCard } from "../parts/delivery_card.tsx";
import { Missing, Problem } from "../parts/notices.tsx";
import { Outside } from "../parts/outside.tsx";
import { ActionPanel } from "../parts/panel.tsx";
import { ReplayPanel } from "../parts/replay_panel.tsx";
import { State, stateOf } from "../parts/state.tsx";
import { Time } from "../parts/time.tsx";

/** Bodies above this, in base64 letters, are not sent again with every attempt. */
const WATCHED_CHARS_MAX = 400_000;

const FLAGS: Readonly<Record<string, string>> = {
  unreadable: "verified, but it is not what its provider sends, or has no type",
  seen_before: "its id came before with another body",
  not_intact: "part of it was not covered by the signature",
  address_shadow: "its address is not on the list, which only watches",
  released: "released from quarantine",
  id_not_signed: "its id is not covered by the signature",
  type_not_signed: "its type is not covered by the signature",
  may_repeat: "nothing tells it from a repetition",
  stale: "it was older than its signature allows, and let in by an operator",
  edited: "a copy with another body, made by an operator: never verified",
  protected: "parts of it were hidden before it was stored",
  erased: "the key of its person was deleted: what was encrypted cannot be read any more",
};

type Open =
  | { what: "replay"; title: string; filter: ReplayFilter }
  | { what: "retry" | "cancel"; delivery: Delivery }
  | { what: "edit" }
  | null;

/** One event: what came, what became of it, and what can be done. */
export function EventView({ id }: { id: string }): JSX.Element {
  const [watching, setWatching] = useState(true);
  const watched = useWatch("getEvent", watching ? { id } : null);
  const fetched = useRead("getEvent", watching ? null : { id }, { everyMs: 0 });
  const { data, problem, reload } = watching ? watched : fetched;
  const [open, setOpen] = useState<Open>(null);
  if (watching && (data?.event?.body.length ?? 0) > WATCHED_CHARS_MAX) setWatching(false);
  useKeys({
    r: () => data && setOpen(replayOf(data)),
    e: () => data && setOpen({ what: "edit" }),
    c: () => void copyText(id),
    Backspace: () => history.back(),
  });
  if (!data?.event) {
    return (
      <Missing what="event" of={{ problem }}>
        <p>
          It may have been removed when its time was over. <Link href="/events">All events</Link>
        </p>
      </Missing>
    );
  }
  const { event, deliveries, skipped } = data;
  return (
    <>
      <div class="title">
        <h1>
          <Outside text={event.type} />
        </h1>
        <State name={stateOf(deliveries).name} />
        <span class="spring" />
        <span class="together">
          <button type="button" class="primary" onClick={() => setOpen(replayOf(data))} title="r">
            Replay
          </button>
          <button type="button" onClick={() => setOpen({ what: "edit" })} title="e">
            Edit a copy
          </button>
        </span>
      </div>
      <p class="lead">
        from <Link href={`/events?source=${encodeURIComponent(event.source)}`}>{event.source}</Link>
        , <Time ms={event.receivedAtMs} /> <span class="mono faint">{event.id}</span>
        <Copy text={event.id} what="the id" />
      </p>
      <Problem of={{ problem }} />
      <div class="columns">
        <section aria-label="Deliveries">
          <h2>Deliveries</h2>
          {deliveries.length === 0 && (
            <p class="note">
              No subscription wanted it. Add one for{" "}
              <code>
                <Outside text={event.type} />
              </code>{" "}
              to the configuration; then replay this event.
            </p>
          )}
          {deliveries.toReversed().map((delivery) => (
            <DeliveryCard
              key={delivery.id}
              delivery={delivery}
              latest={latestOf(deliveries).includes(delivery)}
              retry={() => setOpen({ what: "retry", delivery })}
              cancel={() => setOpen({ what: "cancel", delivery })}
              replay={() =>
                setOpen({
                  what: "replay",
                  title: "Replay one delivery",
                  filter: { ids: [delivery.id] },
                })
              }
              replaySince={() =>
                setOpen({
                  what: "replay",
                  title: "Replay everything dead since this one",
                  filter: {
                    subscription: delivery.subscription,
                    state: "dead",
                    fromMs: event.receivedAtMs,
                  },
                })
              }
            />
          ))}
          {skipped.map(({ subscription, reason }) => (
            <p class="note" key={subscription}>
              <b>{subscription}</b> did not get it: {reason}
            </p>
          ))}
        </section>
        <Facts event={event} />
      </div>
      <BodyView body={event.body} />
      <CopyBar event={event} deliveries={deliveries} />
      <Headers block={event.headers} />
      {open && <OpenPanel open={open} whole={data} close={() => setOpen(null)} done={reload} />}
    </>
  );
}

/** Copies the event in other forms, with the URL that it came to and the file of its handler. */
function CopyBar({ event, deliveries }: { event: StoredEvent; deliveries: Delivery[] }) {
  const setup = useRead("getSetup", {}, { everyMs: 0 });
  const known = useRead("listSubscriptions", {}, { everyMs: 0 });
  const open = setup.data?.publicUrls.find(({ source }) => source === event.source)?.url;
  const edge = `http://${location.hostname}:${session.edgePort || "$EDGE_PORT"}`;
  const url = open ?? `${edge}/api/webhooks/${event.source}`;
  const handlers = (known.data?.subscriptions ?? []).filter(({ kind }) => kind === "handler");
  const theirs = handlers.find(({ name }) => name === likelyFor(deliveries)) ?? handlers[0];
  return (
    <div class="bar">
      <Copy text={asCurl(event, { url })} what="as curl">
        Copy as curl
      </Copy>
      <Copy text={asFixture(event)} what="as a test fixture, values redacted">
        Copy as fixture
      </Copy>
      <Copy
        text={asHandlerTest(event, { file: theirs?.target ?? "handler.ts" })}
        what="as a handler's test"
      >
        Copy as test
      </Copy>
    </div>
  );
}

/** What `r` means here: every dead delivery, or all of them if none is dead. */
function replayOf({ event, deliveries }: WholeEvent): Open {
  const dead = latestOf(deliveries).filter(({ state }) => state === "dead");
  const ids = dead.length > 0 ? dead.map(({ id }) => id) : [event?.id ?? ""];
  return {
    what: "replay",
    title: dead.length > 0 ? "Replay what is dead" : "Replay this event",
    filter: { ids },
  };
}

function OpenPanel(props: {
  open: NonNullable<Open>;
  whole: WholeEvent;
  close: () => void;
  done: () => void;
}): JSX.Element {
  const { open, whole, close, done } = props;
  switch (open.what) {
    case "replay":
      return <ReplayPanel title={open.title} filter={open.filter} done={done} close={close} />;
    case "edit":
      return <CopyPanel whole={whole} done={(id) => go(`/events/${id}`)} close={close} />;
    default: {
      const { id, subscription } = open.delivery;
      const retry = open.what === "retry";
      return (
        <ActionPanel
          title={retry ? `Try ${subscription} now` : `Cancel the delivery for ${subscription}`}
          button={retry ? "Try now" : "Cancel the delivery"}
          command={(reason) => commandLine([open.what, id], { reason })}
          run={async (reason) => {
            await act(retry ? "retryDelivery" : "cancelDelivery", { id, reason });
            done();
          }}
          close={close}
        >
          <p class="note">
            {retry
              ? "It is due at once; a dead one gets a fresh budget of retries."
              : "It ends here. It can still be replayed."}
          </p>
        </ActionPanel>
      );
    }
  }
}

/** What the dispatcher gives a copy for an id of its own. */
const COPY_OF = /^copy evt_[0-9a-f]{32} of (evt_[0-9a-f]{32})$/;

function Facts({ event }: { event: StoredEvent }): JSX.Element {
  const edited = event.flags.includes("edited");
  const [, original] = (edited && COPY_OF.exec(event.providerEventId)) || [];
  return (
    <aside class="facts" aria-label="What is known of it">
      <h2>Verdict</h2>
      {original !== undefined && (
        <p class="note">
          An edited copy of <EventLink id={original} />
        </p>
      )}
      <p class={edited ? "verdict warn" : "verdict good"}>
        {edited ? "Not verified: an operator wrote it" : `Verified with secret ${event.secretId}`}
      </p>
      {event.flags.map((flag) => (
        <p class="note" key={flag}>
          <b>{flag.replaceAll("_", " ")}</b>: {FLAGS[flag] ?? "see the documentation"}
        </p>
      ))}
      {event.protections.length > 0 && (
        <ul class="note">
          {event.protections.map((done) => (
            <li key={done}>{done}</li>
          ))}
        </ul>
      )}
      <dl>
        <dt>Provider</dt>
        <dd>{event.provider}</dd>
        {event.providerType !== event.type && (
          <>
            <dt>Its own type</dt>
            <dd>
              <Outside text={event.providerType} />
            </dd>
          </>
        )}
        {event.providerEventId !== "" && original === undefined && (
          <>
            <dt>Its own id</dt>
            <dd class="mono">
              <Outside text={event.providerEventId} />{" "}
              <Copy text={event.providerEventId} what="the provider's id" />
            </dd>
          </>
        )}
        <dt>Address</dt>
        <dd class="mono">{event.address}</dd>
        {event.addressChain !== event.address && (
          <>
            <dt>By way of</dt>
            <dd class="mono">{event.addressChain}</dd>
          </>
        )}
        <dt>SHA-256</dt>
        <dd class="mono" title={hexOf(event.bodySha256)}>
          {hexOf(event.bodySha256).slice(0, 16)}…{" "}
          <Copy text={hexOf(event.bodySha256)} what="the digest" />
        </dd>
      </dl>
    </aside>
  );
}

function hexOf(base64: string): string {
  return [...atob(base64)]
    .map((letter) => letter.charCodeAt(0).toString(16).padStart(2, "0"))
    .join("");
}

/** The headers as they came; those that carry credentials are not kept. */
export function Headers({ block }: { block: string }): JSX.Element {
  return (
    <section aria-label="Headers">
      <h2>Headers</h2>
      <table class="headers">
        <tbody>
          {headersOf(block).map(([name, value], index) => (
            <tr key={index}>
              <th scope="row">{name}</th>
              <td>
                <Outside text={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A link to an event. */
export function EventLink({ id }: { id: string }): JSX.Element {
  return (
    <Link href={`/events/${id}`} class="mono" title={id}>
      {shortId(id)}
    </Link>
  );
}
