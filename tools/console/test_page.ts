import { test } from "@jest/globals";
import { chromium } from "./example_console.ts";

/** A test that needs a browser. */
export const testPage: typeof test.skip = chromium === null ? test.skip : test;
