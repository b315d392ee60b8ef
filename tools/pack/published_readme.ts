import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { ROOT } from "./root.ts";

const LINK = /(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)\s]+)\)/g;

/**
 * A README as it is read outside of this tree: what it links to is found where the tree is published, at `files` (such as
 * `https://github.com/owner/name/blob/v1.0.0`); where that is not known, links are their text and pictures are left out.
 */
export async function publishedReadme(path: string, files: string | null): Promise<string> {
  const text = await readFile(join(ROOT, path), "utf8");
  return text.replaceAll(LINK, (_, image: string, label: string, target: string) => {
    if (files === null) return image ? "" : label;
    const seen = relative(ROOT, join(ROOT, dirname(path), target));
    const raw = image ? "?raw=true" : "";
    return `${image}[${label}](${files}/${seen}${raw})`;
  });
}
