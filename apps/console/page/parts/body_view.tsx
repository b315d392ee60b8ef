import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { fromBase64, hexLines, prettyOf, textOf } from "../lib/bytes.ts";
import { formatBytes } from "../lib/format.ts";
import { Copy } from "./copy.tsx";
import { Outside } from "./outside.tsx";

/** Text and rows that are shown at once; the rest on request. */
const SHOWN_CHARS = 20_000;
const SHOWN_ROWS = 256;

/** All of it, up to what a browser still lays out. */
const ALL_CHARS = 2_000_000;
const ALL_ROWS = 65_536;

type View = "pretty" | "text" | "bytes";

/** A body: pretty if it is JSON, as the text that came, and as its exact bytes beside text. Nothing in it acts. */
export function BodyView({ body }: { body: string }): JSX.Element {
  const bytes = useMemo(() => fromBase64(body), [body]);
  const text = useMemo(() => textOf(bytes), [bytes]);
  const pretty = useMemo(() => (text === null ? null : prettyOf(text)), [text]);
  const [chosen, setChosen] = useState<View | null>(null);
  const [all, setAll] = useState(false);
  const views: View[] = [
    ...(pretty === null ? [] : (["pretty"] as const)),
    ...(text === null ? [] : (["text"] as const)),
    "bytes",
  ];
  const view = chosen ?? views[0] ?? "bytes";
  const shown = view === "pretty" ? (pretty ?? "") : (text ?? "");
  const cut = view === "bytes" ? bytes.length > SHOWN_ROWS * 16 : shown.length > SHOWN_CHARS;
  return (
    <section class="body" aria-label="Body">
      <header>
        <h2>Body</h2>
        <span class="faint">{formatBytes(bytes.length)}</span>
        <fieldset class="tabs" aria-label="Show the body as">
          {views.map((name) => (
            <button
              type="button"
              key={name}
              aria-pressed={name === view}
              onClick={() => {
                setChosen(name);
                setAll(false);
              }}
            >
              {name}
            </button>
          ))}
        </fieldset>
        {text !== null && (
          <Copy text={view === "pretty" ? (pretty ?? text) : text} what="the body" />
        )}
      </header>
      {bytes.length === 0 ? (
        <p class="note">It is empty.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by key
        <pre class={view} tabIndex={0} dir="ltr">
          {view === "bytes"
            ? hexLines(bytes, all ? ALL_ROWS : SHOWN_ROWS).join("\n")
            : pieces(shown.slice(0, all ? ALL_CHARS : SHOWN_CHARS), view === "pretty")}
        </pre>
      )}
      {cut && !all && (
        <button type="button" class="quiet" onClick={() => setAll(true)}>
          Show all of it
        </button>
      )}
    </section>
  );
}

/** Longest text that is coloured, in characters: each piece is an element. */
const COLOURED_CHARS_MAX = 20_000;

/** Text as it is safe to show; of JSON in the colours of its parts. */
function pieces(text: string, json: boolean): (JSX.Element | string)[] {
  return json && text.length <= COLOURED_CHARS_MAX
    ? colour(text)
    : [<Outside key="all" text={text} />];
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\b/g;

function colour(text: string): (JSX.Element | string)[] {
  const parts: (JSX.Element | string)[] = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [whole, string, colon] = found;
    parts.push(text.slice(end, found.index));
    const name = string === undefined ? "number" : colon === undefined ? "string" : "key";
    parts.push(
      <span key={found.index} class={`json-${name}`}>
        <Outside text={string ?? whole} />
      </span>,
    );
    if (colon !== undefined) parts.push(colon);
    end = found.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}
