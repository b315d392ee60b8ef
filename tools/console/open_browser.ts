import { type Browser, chromium, type Page } from "playwright-core";

/** A browser, and what went wrong in its pages. */
export interface OpenBrowser extends AsyncDisposable {
  /** Opens a page in a tab of its own. */
  open(path: string, options?: OpenPageOptions): Promise<Page>;
  /** Errors of scripts, refused scripts, and requests to other hosts, so far. */
  faults: string[];
}

/** Options for {@linkcode OpenBrowser.open}. */
export interface OpenPageOptions {
  dark?: boolean;
  /** @default {1_400} */
  width?: number;
  /** @default {the console of this browser} */
  url?: string;
  /** A script that runs before the page's own. @default {none} */
  before?: string;
}

/** How long a page may take to show what a test waits for, in milliseconds: the machine may be busy. */
const PAGE_MS_MAX = 15_000;

/** Starts a browser for the pages of a console. */
export async function openBrowser(executablePath: string, url: string): Promise<OpenBrowser> {
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  const browser: Browser = await chromium.launch({ executablePath, args });
  const faults: string[] = [];
  return {
    faults,
    async open(path, { dark = false, width = 1_400, url: base = url, before } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: dark ? "dark" : "light",
        permissions: ["clipboard-read", "clipboard-write"],
      });
      context.setDefaultTimeout(PAGE_MS_MAX);
      const page = await context.newPage();
      if (before !== undefined) await page.addInitScript(before);
      page.on("pageerror", (error) => faults.push(`${path}: ${error.stack}`));
      page.on("dialog", (dialog) => {
        faults.push(`${path}: dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on("console", (message) => {
        if (/Content Security Policy|TrustedHTML/.test(message.text())) faults.push(message.text());
      });
      page.on("request", (request) => {
        const asked = request.url();
        if (!asked.startsWith(base) && !asked.startsWith("data:")) faults.push(`asked ${asked}`);
      });
      await page.goto(`${base}${path}`);
      await page.locator("main h1").first().waitFor();
      return page;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
