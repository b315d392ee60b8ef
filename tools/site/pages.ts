/** A page of the site: a document of this repository, and where it goes. */
export interface SitePage {
  /** Path from the root. */
  document: string;
  /** Path in the site, without `.md`. */
  page: string;
  /** In the sidebar. */
  title: string;
}

/** A part of the sidebar. */
export interface SiteGroup {
  text: string;
  pages: readonly SitePage[];
}

const docs = (name: string, title: string): SitePage => ({
  document: `docs/${name}.md`,
  page: name,
  title,
});

const root = (name: string, title: string): SitePage => ({
  document: `${name}.md`,
  page: name.toLowerCase(),
  title,
});

/** Every document of the site, in the order of its sidebar. The first one is its front page. */
export const GROUPS: readonly SiteGroup[] = [
  {
    text: "Start",
    pages: [
      { document: "README.md", page: "index", title: "Hookgate" },
      docs("getting-started", "Getting started"),
      docs("second-tour", "The second tour"),
      docs("local-development", "Local development"),
      docs("moving", "Moving to Hookgate"),
    ],
  },
  {
    text: "Receive",
    pages: [
      docs("providers", "Providers"),
      docs("recipes", "A sender of your own"),
      {
        document: "libs/providers/VERIFY.md",
        page: "verify-in-your-framework",
        title: "In a framework of your own",
      },
      docs("configuration", "Configuration"),
    ],
  },
  {
    text: "Deliver",
    pages: [
      docs("idempotent-handlers", "Idempotent handlers"),
      docs("endpoints", "Endpoints"),
      docs("subscribers", "Subscribers over gRPC"),
      { document: "libs/client/README.md", page: "client", title: "@hookgate/client" },
      {
        document: "libs/testing/gateway/README.md",
        page: "testing",
        title: "@hookgate/testing",
      },
    ],
  },
  {
    text: "Operate",
    pages: [
      docs("going-live", "Going live"),
      docs("operations", "Operations"),
      docs("log-messages", "Log messages"),
      docs("containers", "Containers"),
      docs("mongodb", "MongoDB"),
      docs("console", "Console"),
      docs("notifications", "Notifications"),
      docs("mcp", "For a language model"),
      docs("tracing", "Tracing"),
      docs("data-protection", "Data protection"),
      docs("command-line", "Command line"),
      docs("upgrading", "Upgrading"),
    ],
  },
  {
    text: "About",
    pages: [
      root("CHANGELOG", "Changelog"),
      root("ARCHITECTURE", "Architecture"),
      root("RELIABILITY", "Reliability"),
      root("PERFORMANCE", "Performance"),
      root("SECURITY", "Security"),
      root("CONTRIBUTING", "Contributing"),
      {
        document: "libs/providers/README.md",
        page: "adding-a-provider",
        title: "Adding a provider",
      },
    ],
  },
];

/** All of them. */
export const PAGES: readonly SitePage[] = GROUPS.flatMap(({ pages }) => pages);
