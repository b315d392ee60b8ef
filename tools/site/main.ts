/** `npm run docs`: the documents as a site, in .site/site. */
import { join, relative, resolve } from "node:path";
import { buildSite } from "./build_site.ts";

const folder = resolve(import.meta.dirname, "../../.site");
const site = await buildSite(folder);
console.log(
  `The site is in ${relative(process.cwd(), join(site)) || "."}: any web server can serve it`,
);
