import { useEffect, useRef, useState } from "preact/hooks";
import { latestOf } from "./latest.ts";
import { useRead } from "./use_read.ts";
import type { Answer } from "./wire.ts";

const EVERY_MS = 15_000;

/** Events whose dead deliveries are counted, at most. */
const EVENTS_MAX = 100;

/** How many deliveries are dead, not repeated since, and of failures that nobody has dealt with. */
export interface DeadCount {
  /** Counted as far as it has a meaning in a tab. */
  count: number;
  notify: boolean;
  setNotify: (on: boolean) => void;
}

/** Counts them, in the tab's icon, and in notifications on request. */
export function useDeadCount(): DeadCount {
  const [notify, setNotify] = useState(false);
  const { data } = useRead(
    "listFailures",
    { states: ["open"], pageSize: 200 },
    { everyMs: EVERY_MS, hidden: true },
  );
  const ended = (data?.failures ?? []).reduce((sum, { dead }) => sum + dead, 0);
  const still = useRead("listEvents", ended > 0 ? { state: "dead", pageSize: EVENTS_MAX } : null, {
    everyMs: EVERY_MS,
    hidden: true,
  });
  const count = Math.min(ended, stillDead(still.data));
  const told = useRef<number | null>(null);
  useEffect(() => {
    showInIcon(count);
    if (!data) return;
    if (notify && told.current !== null && count > told.current) {
      const more = count - told.current;
      new Notification(`${more} more ${more === 1 ? "delivery is" : "deliveries are"} dead`, {
        tag: "hookgate-dead",
      });
    }
    told.current = count;
  }, [count, data, notify]);
  return { count, notify, setNotify };
}

/** Those of a page, and more than any number if there are further pages. */
function stillDead(page: Answer<"listEvents"> | undefined): number {
  if (!page) return 0;
  if (page.nextPageToken !== "") return Number.POSITIVE_INFINITY;
  const dead = page.events.flatMap(({ deliveries }) => latestOf(deliveries));
  return dead.filter(({ state }) => state === "dead").length;
}

const ICON_SIZE = 64;

function showInIcon(count: number): void {
  const canvas = document.createElement("canvas");
  canvas.width = ICON_SIZE;
  canvas.height = ICON_SIZE;
  const context = canvas.getContext("2d");
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (!context || !link) return;
  context.fillStyle = count > 0 ? "#c22f3d" : "#3a6ea5";
  context.beginPath();
  context.roundRect(0, 0, ICON_SIZE, ICON_SIZE, 14);
  context.fill();
  context.fillStyle = "#fff";
  context.font = `600 ${count > 99 ? 30 : 40}px system-ui`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(count > 999 ? "999" : count > 0 ? String(count) : "H", 32, 35);
  link.href = canvas.toDataURL("image/png");
}
