import type { JSX } from "preact";
import { Link, type Place, withQuery } from "../lib/route.tsx";

/** The way to older pages, and back to the newest: keyset pages have no numbers. */
export function Pages({ place, next }: { place: Place; next: string }): JSX.Element | null {
  const older = next !== "";
  const newest = place.query.has("page");
  if (!older && !newest) return null;
  const at = withQuery(place, {});
  const olderUrl = `${at}${at.includes("?") ? "&" : "?"}page=${encodeURIComponent(next)}`;
  return (
    <nav class="pages" aria-label="Pages">
      {newest && <Link href={at}>← Newest</Link>}
      {older && <Link href={olderUrl}>Older →</Link>}
    </nav>
  );
}
