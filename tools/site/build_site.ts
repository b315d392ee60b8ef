import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { IMAGES, moveLinks } from "./move_links.ts";
import { GROUPS, PAGES } from "./pages.ts";
import { providerPages } from "./provider_pages.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * Builds the documents as a site of plain files into `folder`/site, with a search that asks nobody: any web server can serve it.
 *
 * @throws {Error} if a link leads nowhere.
 */
export async function buildSite(folder: string): Promise<string> {
  const source = join(folder, "source");
  const site = join(folder, "site");
  await rm(folder, { recursive: true, force: true });
  await writePages(source);
  await cp(join(ROOT, IMAGES), join(source, "public/images"), { recursive: true });
  // Only here: it takes a second to load.
  const { build } = await import("vitepress");
  await build(source, { outDir: site });
  return site;
}

async function writePages(source: string): Promise<void> {
  for (const { document, page } of PAGES) {
    const text = await readFile(join(ROOT, document), "utf8");
    await put(join(source, `${page}.md`), moveLinks(text, document));
  }
  const verify = providerPages();
  for (const { page, text } of verify) await put(join(source, `${page}.md`), text);
  const list = verify.map(({ page, title }) => `- [${title}](/${page})`);
  await put(
    join(source, "verify/index.md"),
    `# Verify webhooks\n\nHow each provider signs, and the source to configure for it.\n\n${list.join("\n")}\n`,
  );
  await put(join(source, ".vitepress/config.mjs"), configText(verify));
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function configText(verify: readonly { page: string; title: string }[]): string {
  const link = (page: string) => `/${page === "index" ? "" : page}`;
  const sidebar = [
    ...GROUPS.map(({ text, pages }) => ({
      text,
      items: pages.map(({ page, title }) => ({ text: title, link: link(page) })),
    })),
    {
      text: "Verify webhooks of …",
      collapsed: true,
      items: verify.map(({ page, title }) => ({ text: title, link: link(page) })),
    },
  ];
  const config = {
    lang: "en",
    title: "Hookgate",
    description: "The inbound webhook gateway that a Node team runs itself.",
    cleanUrls: true,
    // Of files that this build has written, it would be the time of the build.
    lastUpdated: false,
    // To the gateway on the reader's own machine; every other link is checked.
    ignoreDeadLinks: "localhostLinks",
    themeConfig: {
      sidebar,
      outline: [2, 3],
      // The index is built with the site and searched in the browser.
      search: { provider: "local" },
    },
  };
  // Anchors as the documents use them, which is how repositories show them.
  return `const config = ${JSON.stringify(config, null, 2)};
const slugify = (text) => text.toLowerCase().replace(/[^\\p{L}\\p{N} _-]/gu, "").trim().replaceAll(" ", "-");
export default { ...config, markdown: { anchor: { slugify } } };
`;
}
