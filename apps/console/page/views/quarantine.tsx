import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { act, CallProblem, session } from "../lib/api.ts";
import { commandLine } from "../lib/commands.ts";
import { plural, shortId } from "../lib/format.ts";
import { Link, type Place, withQuery } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import type { Quarantined } from "../lib/wire.ts";
import { Empty, NoAnswer, Notes, Problem } from "../parts/notices.tsx";
import { Outside } from "../parts/outside.tsx";
import { Pages } from "../parts/pages.tsx";
import { ActionPanel } from "../parts/panel.tsx";
import { Time } from "../parts/time.tsx";

const PAGE_SIZE = 200;

/** Requests that were refused for the same reason. */
interface Group {
  source: string;
  reason: string;
  diagnosis: string;
  requests: Quarantined[];
}

/** What was refused, why that is likely, and the button that makes it right. */
export function QuarantineView({ place }: { place: Place }): JSX.Element {
  const { query } = place;
  const { data, problem, reload } = useRead("listQuarantine", {
    source: query.get("source") ?? undefined,
    reason: query.get("reason") ?? undefined,
    includeReleased: query.get("released") === "true" ? true : undefined,
    pageToken: query.get("page") ?? undefined,
    pageSize: PAGE_SIZE,
  });
  const groups = groupsOf(data?.requests ?? []);
  const filtered = query.has("source") || query.has("reason");
  return (
    <>
      <div class="title">
        <h1>Quarantine</h1>
        <span class="spring" />
        {filtered && (
          <Link href="/quarantine" class="quiet">
            Show all
          </Link>
        )}
        <Link
          href={withQuery(place, { released: query.get("released") === "true" ? "" : "true" })}
          class="quiet"
        >
          {query.get("released") === "true" ? "Without released" : "With released"}
        </Link>
      </div>
      <NoAnswer of={{ data, problem }} />
      <Notes of={data?.notes} />
      {data && groups.length === 0 && (
        <Empty title="Nothing was refused">
          <p>
            A request whose signature is wrong is kept here with the likely reason. Once that is put
            right, such as a secret that was missing, it can be released as if it had just come.
          </p>
        </Empty>
      )}
      {groups.map((group) => (
        <GroupCard
          key={`${group.source} ${group.reason} ${group.diagnosis}`}
          group={group}
          place={place}
          done={reload}
        />
      ))}
      <Pages place={place} next={data?.nextPageToken ?? ""} />
    </>
  );
}

function groupsOf(requests: readonly Quarantined[]): Group[] {
  const groups = new Map<string, Group>();
  for (const request of requests) {
    const { source, reason } = request;
    const diagnosis = request.diagnosis[0] ?? "";
    const key = JSON.stringify([source, reason, diagnosis]);
    const group = groups.get(key) ?? { source, reason, diagnosis, requests: [] };
    group.requests.push(request);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Diagnoses have a bound of time, which a flood uses up, and leave large bodies out. */
export const NOT_DIAGNOSED =
  "No likely reason was found, or there was no time to look for one: check with the secrets of now.";

/** Rows that are shown of a group at first. */
const SHOWN = 5;

function GroupCard({
  group,
  place,
  done,
}: {
  group: Group;
  place: Place;
  done: () => void;
}): JSX.Element {
  const { source, reason, diagnosis, requests } = group;
  const [all, setAll] = useState(false);
  const kept = requests.filter(({ releasedAs, unread }) => releasedAs === "" && !unread);
  return (
    <section class="card" aria-label={`${source}, ${reason}, ${diagnosis}`}>
      <header>
        <h2>
          <Link href={withQuery(place, { source })} title={`Only ${source}`}>
            {source}
          </Link>
        </h2>
        <Link href={withQuery(place, { reason })} class="badge" title={`Only ${reason}`}>
          {reason.replaceAll("_", " ")}
        </Link>
        <span class="spring" />
        <span class="faint">{plural(requests.length, "request")}</span>
      </header>
      <p class="sentence">
        <Outside text={diagnosis === "" ? NOT_DIAGNOSED : diagnosis} />
      </p>
      {kept.length > 0 && <Release source={source} ids={kept.map(({ id }) => id)} done={done} />}
      <ul class="rows">
        {requests.slice(0, all ? requests.length : SHOWN).map((request) => (
          <li key={request.id}>
            <Link href={`/quarantine/${request.id}`} class="mono" title={request.id}>
              {shortId(request.id)}
            </Link>
            <span class="mono faint">{request.address}</span>
            {request.releasedAs !== "" && <span class="badge green">released</span>}
            <span class="spring" />
            <Time ms={request.receivedAtMs} />
          </li>
        ))}
      </ul>
      {requests.length > SHOWN && !all && (
        <button type="button" class="quiet" onClick={() => setAll(true)}>
          Show all {requests.length}
        </button>
      )}
    </section>
  );
}

/** Checks requests with the secrets of now, and releases those that verify. */
export function Release(props: {
  source: string;
  ids: readonly string[];
  done: () => void;
}): JSX.Element {
  const { source, ids, done } = props;
  const [verified, setVerified] = useState<readonly string[] | null>(null);
  const [problem, setProblem] = useState<CallProblem | null>(null);
  const [open, setOpen] = useState(false);
  const check = async () => {
    try {
      const { results } = await act("verifyQuarantined", { ids: [...ids] });
      setVerified(results.filter(({ outcome }) => outcome === "verified").map(({ id }) => id));
      setProblem(null);
    } catch (error) {
      if (!(error instanceof CallProblem)) throw error;
      setProblem(error);
    }
  };
  return (
    <div class="bar">
      {verified === null ? (
        <button type="button" onClick={() => void check()} disabled={session.readonly}>
          Check {ids.length === 1 ? "it" : `all ${ids.length}`} with the secrets of now
        </button>
      ) : verified.length === 0 ? (
        <p class="note" role="status">
          None of them verifies with the secrets of now.{" "}
          <button type="button" class="quiet" onClick={() => void check()}>
            Check again
          </button>
        </p>
      ) : (
        <>
          <p class="note" role="status">
            The secrets of {source} verify{" "}
            {verified.length === ids.length ? "" : `${verified.length} of `}
            {plural(ids.length, "request")} now.
          </p>
          <button type="button" class="primary" onClick={() => setOpen(true)}>
            Release {verified.length === 1 ? "it" : `all ${verified.length}`}
          </button>
        </>
      )}
      <Problem of={{ problem }} />
      {open && verified && (
        <ActionPanel
          title={`Release ${plural(verified.length, "request")}`}
          button="Release"
          command={(reason) => commandLine(["quarantine", "release", ...verified], { reason })}
          run={async (reason) => {
            await act("verifyQuarantined", { ids: [...verified], release: true, reason });
            setVerified(null);
            done();
          }}
          close={() => setOpen(false)}
        >
          <p class="note">
            Each is stored as an event, as of when it came, and delivered once. One that is stored
            already stays as it is.
          </p>
        </ActionPanel>
      )}
    </div>
  );
}
