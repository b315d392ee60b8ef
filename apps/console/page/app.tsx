import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { logOut, session } from "./lib/api.ts";
import { shortId } from "./lib/format.ts";
import { go, Link, type Place, usePlace } from "./lib/route.tsx";
import { applyTheme, nextTheme } from "./lib/theme.ts";
import { useDeadCount } from "./lib/use_dead_count.ts";
import { useKeys } from "./lib/use_keys.ts";
import { Empty } from "./parts/notices.tsx";
import { ProposalBar } from "./parts/proposal_bar.tsx";
import { SearchBox } from "./parts/search_box.tsx";
import { AuditView } from "./views/audit.tsx";
import { ChangesView } from "./views/changes.tsx";
import { EventView } from "./views/event.tsx";
import { EventsView } from "./views/events.tsx";
import { FailureView } from "./views/failure.tsx";
import { FailuresView } from "./views/failures.tsx";
import { FindView } from "./views/find.tsx";
import { LoginView } from "./views/login.tsx";
import { OverviewView } from "./views/overview.tsx";
import { ProposalsView } from "./views/proposals.tsx";
import { QuarantineView } from "./views/quarantine.tsx";
import { QuarantinedView } from "./views/quarantined.tsx";
import { ReplaysView } from "./views/replays.tsx";
import { SearchView } from "./views/search.tsx";
import { SourcesView } from "./views/sources.tsx";
import { SubscriptionsView } from "./views/subscriptions.tsx";

/** The places of the menu, each with the letter that follows `g`. */
const MENU = [
  ["/", "Overview", "o"],
  ["/events", "Events", "e"],
  ["/failures", "Failures", "f"],
  ["/subscriptions", "Subscriptions", "s"],
  ["/sources", "Sources", "c"],
  ["/quarantine", "Quarantine", "q"],
  ["/replays", "Replays", "r"],
  ["/proposals", "Proposals", "p"],
  ["/changes", "Changes", "h"],
  ["/audit", "Audit", "a"],
] as const;

/** The names of places that are not on it. */
const FURTHER: Readonly<Record<string, string>> = { find: "Found", search: "Search in bodies" };

/** The whole page. */
export function App(): JSX.Element {
  const [known, setKnown] = useState(session.known);
  return known ? <Known /> : <LoginView done={() => setKnown(true)} />;
}

function Known(): JSX.Element {
  const place = usePlace();
  const dead = useDeadCount();
  const title = titleOf(place);
  useEffect(() => {
    document.title = dead.label !== "" ? `(${dead.label}) ${title}` : title;
  }, [title, dead.label]);
  useMenuKeys();
  const menu = useRef<HTMLElement>(null);
  // The number of dead deliveries moves what is beside it.
  useEffect(() => showCurrent(menu.current), [place.path, dead.label]);
  return (
    <>
      <a class="unseen skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <Link href="/" class="brand">
          Hookgate
        </Link>
        {session.environment !== "" && <Environment name={session.environment} />}
        {session.readonly && <span class="badge">read-only</span>}
        <SearchBox />
        <div class="tools">
          <Notify on={dead.notify} set={dead.setNotify} />
          <ThemeButton />
          {session.session && (
            <button type="button" class="quiet" onClick={() => void logOut()}>
              Log out
            </button>
          )}
        </div>
      </header>
      <nav class="menu" aria-label="Menu" ref={menu}>
        {MENU.map(([href, name, key]) => (
          <Link key={href} href={href} current={isAt(place, href)} title={`${name} (g ${key})`}>
            {name}
            {href === "/failures" && dead.label !== "" && <span class="number">{dead.label}</span>}
          </Link>
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        {place.path !== "/proposals" && <ProposalBar />}
        <View place={place} key={place.path} />
      </main>
    </>
  );
}

/** On a narrow screen the menu is wider than that: the page that is shown is never out of sight. */
function showCurrent(menu: HTMLElement | null): void {
  const current = menu?.querySelector<HTMLElement>("[aria-current]");
  if (!menu || !current) return;
  const { offsetLeft, offsetWidth } = current;
  menu.scrollLeft = offsetLeft - (menu.clientWidth - offsetWidth) / 2;
}

/** What tells one tab from the other: `evt_…86337b25 · Events · Hookgate`. */
function titleOf({ path }: Place): string {
  const [, room = "", id = ""] = path.split("/").map(decoded);
  const name = MENU.find(([href]) => href === `/${room}`)?.[1] ?? FURTHER[room] ?? "No such page";
  return [...(id === "" ? [] : [shortId(id)]), name, "Hookgate"].join(" · ");
}

function View({ place }: { place: Place }): JSX.Element {
  const [, room = "", id = ""] = place.path.split("/").map(decoded);
  switch (id === "" ? room : `${room}/`) {
    case "":
      return <OverviewView />;
    case "events":
      return <EventsView place={place} />;
    case "events/":
      return <EventView id={id} />;
    case "failures":
      return <FailuresView place={place} />;
    case "failures/":
      return <FailureView id={id} />;
    case "subscriptions":
      return <SubscriptionsView />;
    case "sources":
      return <SourcesView />;
    case "quarantine":
      return <QuarantineView place={place} />;
    case "quarantine/":
      return <QuarantinedView id={id} />;
    case "replays":
      return <ReplaysView place={place} />;
    case "proposals":
      return <ProposalsView place={place} />;
    case "changes":
      return <ChangesView place={place} />;
    case "audit":
      return <AuditView place={place} />;
    case "find":
      return <FindView place={place} />;
    case "search":
      return <SearchView place={place} />;
    default:
      return (
        <Empty title="There is no such page" page>
          <p>
            <Link href="/">Go to the overview</Link>, or press <kbd>/</kbd> and paste any id.
          </p>
        </Empty>
      );
  }
}

/** As it is where it cannot be decoded: then there is no such page, or nothing of that name. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isAt({ path }: Place, href: string): boolean {
  return href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
}

/** How long after `g` the next letter counts, in milliseconds. */
const GO_MS = 1_500;

function useMenuKeys(): void {
  const [armedAt, setArmedAt] = useState(0);
  const visit = (href: string) => () => {
    if (Date.now() - armedAt >= GO_MS) return false;
    setArmedAt(0);
    go(href);
    return true;
  };
  useKeys({
    ...Object.fromEntries(MENU.map(([href, , key]) => [key, visit(href)])),
    g: () => setArmedAt(Date.now()),
  });
}

/** What this installation is called. Nobody should take one for the other: production is red. */
function Environment({ name }: { name: string }): JSX.Element {
  const kind = /^prod|^live/i.test(name)
    ? "red"
    : /^stag|^pre|^test|^qa/i.test(name)
      ? "amber"
      : "green";
  return <span class={`badge ${kind}`}>{name}</span>;
}

function ThemeButton(): JSX.Element {
  const [theme, setTheme] = useState(() => localStorage.getItem("theme") ?? "system");
  useEffect(() => applyTheme(theme), [theme]);
  return (
    <button
      type="button"
      class="quiet"
      onClick={() => setTheme(nextTheme(theme))}
      title="Light, dark, or as the system has it"
    >
      <span class="unseen">Theme: </span>
      {theme}
    </button>
  );
}

function Notify({ on, set }: { on: boolean; set: (on: boolean) => void }): JSX.Element | null {
  if (!("Notification" in window)) return null;
  const toggle = async () => set(!on && (await Notification.requestPermission()) === "granted");
  return (
    <button
      type="button"
      class="quiet wide"
      aria-pressed={on}
      onClick={() => void toggle()}
      title="The browser tells you when deliveries end dead"
    >
      {on ? "notifying" : "notify"}
    </button>
  );
}
