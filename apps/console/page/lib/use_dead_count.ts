import { useEffect, useRef, useState } from "preact/hooks";
import { countDead, type Dead, deadLabel, deadNews } from "./dead_count.ts";
import { useRead } from "./use_read.ts";

const EVERY_MS = 15_000;

/** Events whose dead deliveries are counted, at most: one more than are shown. */
const EVENTS_MAX = 101;

/** See {@linkcode useDeadCount}. */
export interface DeadCount {
  /** How many are dead, short enough for a tab; empty if none are. */
  label: string;
  notify: boolean;
  setNotify: (on: boolean) => void;
}

/** Counts what is dead and nobody has dealt with, in the tab's icon, and in notifications on request. */
export function useDeadCount(): DeadCount {
  const [notify, setNotify] = useState(false);
  const often = { everyMs: EVERY_MS, hidden: true };
  const { data: failures } = useRead("listFailures", { states: ["open"], pageSize: 200 }, often);
  const some = failures?.failures.some(({ dead }) => dead > 0);
  const request = some ? ({ state: "dead", pageSize: EVENTS_MAX } as const) : null;
  const { data: events } = useRead("listEvents", request, often);
  const dead = countDead(failures, events);
  const label = dead ? deadLabel(dead) : "";
  useEffect(() => showInIcon(label), [label]);
  const told = useRef<Dead | undefined>(undefined);
  useEffect(() => {
    if (!dead) return;
    const news = notify && told.current ? deadNews(told.current, dead) : "";
    if (news !== "") new Notification(news, { tag: "hookgate-dead" });
    told.current = dead;
  }, [dead?.count, dead?.ended, dead?.isMore, notify]);
  return { label, notify, setNotify };
}

const ICON_SIZE = 64;

/** By the number of characters. */
const FONT_PX = [40, 40, 40, 30];

function showInIcon(label: string): void {
  const canvas = document.createElement("canvas");
  canvas.width = ICON_SIZE;
  canvas.height = ICON_SIZE;
  const context = canvas.getContext("2d");
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (!context || !link) return;
  context.fillStyle = label !== "" ? "#c22f3d" : "#3a6ea5";
  context.beginPath();
  context.roundRect(0, 0, ICON_SIZE, ICON_SIZE, 14);
  context.fill();
  context.fillStyle = "#fff";
  context.font = `600 ${FONT_PX[label.length] ?? 24}px system-ui`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  // Fonts differ: what is wider is squeezed.
  context.fillText(label || "H", 32, 35, ICON_SIZE - 6);
  link.href = canvas.toDataURL("image/png");
}
