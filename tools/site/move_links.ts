import { dirname, posix } from "node:path";
import { PAGES } from "./pages.ts";

/** Code, which is left as it is: fenced, or in a line. */
const CODE = /(^```[\s\S]*?^```|`[^`\n]*`)/gm;

/** Pictures, which the site has as they are. */
export const IMAGES = "docs/images/";

const LINK = /\[([^\]]*)\]\(([^)\s]+)\)/g;

/**
 * A document's text with its links as the site has them: to another document by its page; what is not on the site, such as a
 * source file, is named instead.
 */
export function moveLinks(text: string, document: string): string {
  const parts = text.split(CODE);
  return parts
    .map((part, at) =>
      at % 2 === 1
        ? part
        : part.replace(LINK, (whole, label, target) => moved(whole, { label, target, document })),
    )
    .join("");
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
