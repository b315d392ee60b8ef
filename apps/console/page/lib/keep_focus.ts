/**
 * Keeps the place of who works with keys: where the element with the focus goes away, such as the button of what is done, the
 * focus stays with what was around it. By itself it would fall to the page, and a screen reader begin anew.
 */
export function keepFocus(): void {
  /** The element that has the focus, and all that it is in. */
  let path: readonly HTMLElement[] = [];
  addEventListener("focusin", ({ target }) => {
    path = [...around(target as HTMLElement)];
  });
  addEventListener("focusout", ({ target }) => {
    // Who clicks beside it means to leave it. One that is being taken out is still there while it says so.
    setTimeout(() => {
      if (path[0] === target && path[0]?.isConnected) path = [];
    });
  });
  new MutationObserver(() => {
    if (path.length === 0 || path[0]?.isConnected || document.activeElement !== document.body)
      return;
    const left = path.find((element) => element.isConnected) ?? document.getElementById("main");
    if (!left) return;
    if (!left.hasAttribute("tabindex")) left.tabIndex = -1;
    left.focus({ preventScroll: true });
  }).observe(document.body, { childList: true, subtree: true });
}

/** An element and all that it is in, up to the page. */
function* around(element: HTMLElement): Iterable<HTMLElement> {
  for (let one: HTMLElement | null = element; one && one !== document.body; one = one.parentElement)
    yield one;
}
