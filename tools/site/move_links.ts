import { dirname, posix } from "node:path";
import { PAGES } from "./pages.ts";

/** A fence of code; a link, whose label can have code in it; or code in a line. Code itself is left as it is. */
const PART = /^```[\s\S]*?^```|\[((?:`[^`\n]*`|[^\]`])*)\]\(([^)\s]+)\)|`[^`\n]*`/gm;

/** Pictures, which the site has as they are. */
export const IMAGES = "docs/images/";

/**
 * A document's text with its links as the site has them: to another document by its page; what is not on the site, such as a
 * source file, is named instead.
 */
export function moveLinks(text: string, document: string): string {
  return text.replaceAll(PART, (whole, label?: string, target?: string) =>
    label === undefined || target === undefined ? whole : moved(whole, { label, target, document }),
  );
}

function moved(
  whole: string,
  { label, target, document }: { label: string; target: string; document: string },
): string {
  if (/^(?:[a-z]+:|#)/.test(target)) return whole;
  const [path = "", anchor] = target.split("#");
  const file = posix.normalize(posix.join(dirname(document), path));
  if (file.startsWith(IMAGES)) return `[${label}](/images/${file.slice(IMAGES.length)})`;
  const found = PAGES.find((page) => page.document === file);
  const end = anchor === undefined ? "" : `#${anchor}`;
  if (found !== undefined) return `[${label}](/${found.page === "index" ? "" : found.page}${end})`;
  return label;
}
