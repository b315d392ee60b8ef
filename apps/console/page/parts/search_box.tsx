import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { go } from "../lib/route.tsx";
import { useKeys } from "../lib/use_keys.ts";

/** Words that filter events, each with a value after a colon. */
export const FILTERS = ["source", "type", "state", "subscription"] as const;

const WORD = new RegExp(`^(${FILTERS.join("|")}):(\\S+)$`);

/** Where what an id names has a page, by what it begins with; of any other the dispatcher knows what it names. */
const PAGES: Readonly<Record<string, string>> = {
  evt: "/events/",
  qtn: "/quarantine/",
  flr: "/failures/",
};

/** Any id of ours. */
const OURS = /^(evt|dlv|rpl|qtn|flr|prp|chg|aud)_[0-9a-f]{32}$/;

/** Whether a text is an id of ours. */
export function isOurs(text: string): boolean {
  return OURS.test(text);
}

/** Where a text leads: to what an id names, to filtered events, or to what the dispatcher finds. */
export function placeOf(text: string): string {
  const words = text.trim().split(/\s+/);
  const filters = words.map((word) => WORD.exec(word));
  if (filters.every((found) => found !== null)) {
    const query = new URLSearchParams(filters.map((found) => [found?.[1] ?? "", found?.[2] ?? ""]));
    return `/events?${query}`;
  }
  const [, prefix = ""] = OURS.exec(text.trim()) ?? [];
  const page = PAGES[prefix];
  if (page !== undefined) return `${page}${text.trim()}`;
  return `/find?text=${encodeURIComponent(text.trim())}`;
}

/** The one box for anything: `/` goes to it, Enter goes where it leads. A pasted id needs no Enter. */
export function SearchBox(): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => input.current?.focus() });
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const target = event.target as HTMLElement | null;
      const text = event.clipboardData?.getData("text").trim() ?? "";
      const elsewhere = target?.closest("input, textarea, dialog") && target !== input.current;
      if (elsewhere || !isOurs(text)) return;
      event.preventDefault();
      go(placeOf(text));
    };
    addEventListener("paste", pasted);
    return () => removeEventListener("paste", pasted);
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    const text = input.current?.value.trim() ?? "";
    if (text === "" || !input.current) return;
    input.current.value = "";
    input.current.blur();
    go(placeOf(text));
  };
  return (
    <search class="search">
      <form onSubmit={submit}>
        <input
          ref={input}
          type="search"
          aria-label="Find by any id, or by source:, type:, state:"
          placeholder="Any id, or source:… type:… state:…"
          spellcheck={false}
          autocomplete="off"
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <kbd>/</kbd>
      </form>
    </search>
  );
}
