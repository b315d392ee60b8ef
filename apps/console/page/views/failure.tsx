import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { act } from "../lib/api.ts";
import { commandLine } from "../lib/commands.ts";
import { formatCount, shortId } from "../lib/format.ts";
import { Link } from "../lib/route.tsx";
import { useKeys } from "../lib/use_keys.ts";
import { useRead, useWatch } from "../lib/use_read.ts";
import type { Change, FailureGroup } from "../lib/wire.ts";
import { ChangeRows } from "../parts/change_rows.tsx";
import { Chart } from "../parts/chart.tsx";
import { Copy } from "../parts/copy.tsx";
import { failureTitle, Trend } from "../parts/failure_row.tsx";
import { Missing, Problem } from "../parts/notices.tsx";
import { Outside } from "../parts/outside.tsx";
import { ActionPanel } from "../parts/panel.tsx";
import { timesOf, valuesOf } from "../parts/points.ts";
import { ReplayPanel } from "../parts/replay_panel.tsx";
import { Time } from "../parts/time.tsx";
import { EventLink } from "./event.tsx";

const WINDOW_MS = 14 * 86_400_000;

type Open = "replay" | "acknowledge" | "resolve" | null;

/** One cause of failures: what it is, since when, what changed before, and what to do with all of it. */
export function FailureView({ id }: { id: string }): JSX.Element {
  const { data, problem, reload } = useWatch("getFailure", { id });
  const [open, setOpen] = useState<Open>(null);
  const [made, setMade] = useState<string | null>(null);
  useKeys({ r: () => setOpen("replay"), Backspace: () => history.back() });
  const failure = data?.failure;
  if (!failure) {
    return (
      <Missing what="failure" of={{ problem }}>
        <p>
          <Link href="/failures">All failures</Link>
        </p>
      </Missing>
    );
  }
  const { subscription, state } = failure;
  return (
    <>
      <div class="title">
        <h1 class="long">
          <Outside text={failureTitle(failure)} />
        </h1>
      </div>
      <p class="lead">
        for{" "}
        <Link href={`/events?subscription=${encodeURIComponent(subscription)}`}>
          {subscription}
        </Link>
        , {state}
        {failure.returned && state === "open" && ", came back after it was resolved"}
        {failure.stateReason !== "" && ` by ${failure.stateBy}: ${failure.stateReason}`}
      </p>
      <div class="bar">
        <button type="button" class="primary" onClick={() => setOpen("replay")} title="r">
          Replay all of it
        </button>
        {state === "open" && (
          <button type="button" onClick={() => setOpen("acknowledge")}>
            Acknowledge
          </button>
        )}
        {state !== "resolved" && (
          <button type="button" onClick={() => setOpen("resolve")}>
            Resolve
          </button>
        )}
      </div>
      {made !== null && (
        <p class="done" role="status">
          Replaying: <Link href={`/replays?id=${made}`}>{shortId(made)}</Link>.{" "}
          <Link href={`/events?subscription=${encodeURIComponent(subscription)}`}>
            See what comes of it
          </Link>
        </p>
      )}
      <Problem of={{ problem }} />
      <dl class="numbers">
        <div class={failure.dead > 0 ? "bad" : ""}>
          <dt>Ended dead</dt>
          <dd>{formatCount(failure.dead)}</dd>
        </div>
        <div>
          <dt>Failed attempts</dt>
          <dd>{formatCount(failure.attempts)}</dd>
        </div>
        <div>
          <dt>Now against before</dt>
          <dd>
            <Trend failure={failure} />
          </dd>
        </div>
        <div>
          <dt>First</dt>
          <dd>
            <Time ms={failure.firstAtMs} />
          </dd>
        </div>
        <div>
          <dt>Last</dt>
          <dd>
            <Time ms={failure.lastAtMs} />
          </dd>
        </div>
      </dl>
      <Course failure={failure} />
      <div class="columns">
        <Sample failure={failure} />
        <ChangesBefore changes={data.changesBefore} />
      </div>
      {open === "replay" && (
        <ReplayPanel
          title="Replay all of this failure"
          filter={{ failure: id }}
          probe={{ id: failure.deliveryId, eventId: failure.eventId }}
          done={setMade}
          close={() => setOpen(null)}
        />
      )}
      {(open === "acknowledge" || open === "resolve") && (
        <ActionPanel
          title={open === "resolve" ? "Its cause is gone" : "Somebody looks at it"}
          button={open === "resolve" ? "Resolve" : "Acknowledge"}
          command={(reason) => commandLine(["failures", open, id], { reason })}
          run={async (reason) => {
            await act(open === "resolve" ? "resolveFailure" : "acknowledgeFailure", { id, reason });
            reload();
          }}
          close={() => setOpen(null)}
        >
          <p class="note">
            {open === "resolve"
              ? "If it fails again it opens again, marked as come back."
              : "It stays in its list, and out of yours."}
          </p>
        </ActionPanel>
      )}
    </>
  );
}

/** Failed attempts of the subscription, and what changed, on one axis. */
function Course({ failure }: { failure: FailureGroup }): JSX.Element | null {
  const { subscription } = failure;
  const series = useRead(
    "getMetricSeries",
    { windowMs: WINDOW_MS, subscription, stepMs: 3_600_000 },
    { everyMs: 30_000 },
  );
  const [fromMs] = useState(() => Math.floor((Date.now() - WINDOW_MS) / 3_600_000) * 3_600_000);
  const changes = useRead("listChanges", { fromMs, pageSize: 200 }, { everyMs: 0 });
  const times = useMemo(() => (series.data ? timesOf(series.data) : []), [series.data]);
  const lines = useMemo(() => {
    const points = series.data?.series[0]?.points ?? [];
    return [
      {
        label: "failed attempts",
        colour: "--dead",
        values: valuesOf(points, times, (point) => point.failedAttempts),
      },
    ];
  }, [series.data, times]);
  if (times.length === 0) return null;
  return (
    <section aria-label="Course">
      <h2>Failed attempts of {subscription}, 14 days</h2>
      <Chart
        title={`Failed attempts of ${subscription} in 14 days`}
        times={times}
        lines={lines}
        marks={(changes.data?.changes ?? []).map(({ atMs, text }) => ({ atMs, text }))}
        height={120}
      />
      <p class="legend">
        <span class="failed">failed attempts</span> <span class="changed">a change</span>
      </p>
    </section>
  );
}

function Sample({ failure }: { failure: FailureGroup }): JSX.Element {
  return (
    <section aria-label="One of them">
      <h2>One of them</h2>
      <pre class="error">
        <Outside text={failure.error} />
      </pre>
      <dl class="pairs">
        <dt>Event</dt>
        <dd>
          <EventLink id={failure.eventId} />
        </dd>
        {failure.target !== "" && (
          <>
            <dt>Where</dt>
            <dd class="mono">{failure.target}</dd>
          </>
        )}
        {failure.frame !== "" && (
          <>
            <dt>In</dt>
            <dd class="mono">{failure.frame}</dd>
          </>
        )}
        {failure.fileSha256 !== "" && (
          <>
            <dt>File as it ran</dt>
            <dd class="mono" title={failure.fileSha256}>
              sha256 {failure.fileSha256.slice(0, 12)}…{" "}
              <Copy text={failure.fileSha256} what="the file's digest" />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function ChangesBefore({ changes }: { changes: readonly Change[] }): JSX.Element {
  return (
    <section aria-label="What changed before">
      <h2>What changed in the day before it began</h2>
      {changes.length === 0 && (
        <p class="note">Nothing that Hookgate knows of: it may be the other side.</p>
      )}
      <ChangeRows changes={changes} />
    </section>
  );
}
