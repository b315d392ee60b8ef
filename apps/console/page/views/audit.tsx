import type { JSX } from "preact";
import { shortId } from "../lib/format.ts";
import { Link, type Place } from "../lib/route.tsx";
import { useRead } from "../lib/use_read.ts";
import { Empty, NoAnswer } from "../parts/notices.tsx";
import { Outside } from "../parts/outside.tsx";
import { Pages } from "../parts/pages.tsx";
import { isOurs, placeOf } from "../parts/search_box.tsx";
import { Time } from "../parts/time.tsx";

/** Who did what, when and why. */
export function AuditView({ place }: { place: Place }): JSX.Element {
  const { data, problem } = useRead("listAudit", {
    pageToken: place.query.get("page") ?? undefined,
  });
  const list = data?.entries ?? [];
  return (
    <>
      <div class="title">
        <h1>Audit</h1>
      </div>
      <NoAnswer of={{ data, problem }} />
      {data && list.length === 0 && (
        <Empty title="Nobody did anything yet">
          <p>
            Every replay, pause, release and cancellation is written here before it is done: who,
            when and why.
          </p>
        </Empty>
      )}
      {list.length > 0 && (
        <table class="audit">
          <thead>
            <tr>
              <th>When</th>
              <th>Who</th>
              <th>What</th>
              <th>To</th>
              <th>Why</th>
              <th>Outcome</th>
            </tr>
          </thead>
          <tbody>
            {list.map(({ id, atMs, caller, action, target, reason, outcome }) => (
              <tr key={id}>
                <td>
                  <Time ms={atMs} />
                </td>
                <td>{caller}</td>
                <td>
                  <b>{action}</b>
                </td>
                <td class="mono target">
                  {isOurs(target) ? (
                    <Link href={placeOf(target)} title={target}>
                      {shortId(target)}
                    </Link>
                  ) : (
                    target
                  )}
                </td>
                <td>
                  <Outside text={reason} />
                </td>
                <td class="faint">{outcome}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Pages place={place} next={data?.nextPageToken ?? ""} />
    </>
  );
}
