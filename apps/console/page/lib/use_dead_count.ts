import { useEffect, useRef, useState } from "preact/hooks";
import { useRead } from "./use_read.ts";

const EVERY_MS = 15_000;

/** How many deliveries are dead in failures that nobody has dealt with. */
export interface DeadCount {
  count: number;
  notify: boolean;
  setNotify: (on: boolean) => void;
}

/** Counts them, in the tab's icon and title, and in notifications on request. */
export function useDeadCount(): DeadCount {
  const [notify, setNotify] = useState(false);
  const { data } = useRead(
    "listFailures",
    { states: ["open"], pageSize: 200 },
    { everyMs: EVERY_MS, hidden: true },
  );
  const count = (data?.failures ?? []).reduce((sum, { dead }) => sum + dead, 0);
  const told = useRef<number | null>(null);
  useEffect(() => {
    showInTab(count);
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

const ICON_SIZE = 64;

function showInTab(count: number): void {
  document.title = count > 0 ? `(${count}) Hookgate` : "Hookgate";
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
