import { useEffect, useRef } from "preact/hooks";

/** What keys do, by `KeyboardEvent.key`; false leaves the key to others. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/** Has keys do things while nobody writes, and no panel is open. */
export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement | null;
      if (target?.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
      // A link or a button that has the focus is what Enter means.
      if (event.key === "Enter" && target?.closest("a, button, summary")) return;
      const does = Object.hasOwn(current.current, event.key)
        ? current.current[event.key]
        : undefined;
      if (does && does(event) !== false) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
