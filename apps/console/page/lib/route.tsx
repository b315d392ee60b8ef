import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Where the page is: the URL is the whole view. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

const CHANGED = "hookgate:place";

function here(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** The place, and again whenever it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const change = () => setPlace(here());
    addEventListener("popstate", change);
    addEventListener(CHANGED, change);
    return () => {
      removeEventListener("popstate", change);
      removeEventListener(CHANGED, change);
    };
  }, []);
  return place;
}

/** Goes somewhere; with `replace` the place before is forgotten. */
export function go(url: string, { replace = false }: { replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, "", url);
  else {
    history.pushState(null, "", url);
    scrollTo(0, 0);
  }
  dispatchEvent(new Event(CHANGED));
}

/** The same path with other words in its query; undefined or "" removes one. Another filter begins at the newest page. */
export function withQuery(
  { path, query }: Place,
  changes: Record<string, string | undefined>,
): string {
  const changed = new URLSearchParams(query);
  changed.delete("page");
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") changed.delete(name);
    else changed.set(name, value);
  }
  const text = changed.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Options for {@linkcode Link}. */
export interface LinkProps {
  href: string;
  class?: string;
  title?: string;
  current?: boolean;
  children: ComponentChildren;
}

/** A link inside the page. With a modifier the browser does what it always does. */
export function Link({ href, current, children, ...rest }: LinkProps): JSX.Element {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    event.preventDefault();
    go(href);
  };
  return (
    <a {...rest} href={href} onClick={follow} aria-current={current ? "page" : undefined}>
      {children}
    </a>
  );
}
