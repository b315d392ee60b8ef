import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { formatExact } from "../lib/format.ts";

/** One line of a chart. */
export interface Line {
  label: string;
  /** Name of a colour of the style sheet, such as `--delivered`. */
  colour: string;
  values: readonly number[];
}

/** Something that happened: a line from top to bottom that says it on hover. */
export interface Mark {
  atMs: number;
  text: string;
}

/** Options for {@linkcode Chart}. */
export interface ChartProps {
  /** What it shows, for those who do not see it. */
  title: string;
  /** When each point begins, in milliseconds since 1970. */
  times: readonly number[];
  lines: readonly Line[];
  marks?: readonly Mark[];
  height?: number;
}

/** Numbers over time. */
export function Chart({ title, times, lines, marks = [], height = 160 }: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const drawn = useRef(marks);
  drawn.current = marks;
  const shape = `${height} ${lines.map(({ label }) => label).join()}`;
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(
        optionsOf(element, { lines, height, marks: () => drawn.current }),
        dataOf(times, lines),
        element,
      );
    };
    make();
    const resized = new ResizeObserver(() => {
      plot.current?.setSize({ width: element.clientWidth, height });
    });
    resized.observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", make);
    addEventListener("hookgate:theme", make);
    return () => {
      resized.disconnect();
      dark.removeEventListener("change", make);
      removeEventListener("hookgate:theme", make);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape]);
  useEffect(() => {
    plot.current?.setData(dataOf(times, lines));
  }, [times, lines]);
  useEffect(() => {
    if (plot.current) placeMarks(plot.current, marks);
  }, [marks]);
  const words = lines.map(
    ({ label, values }) => `${label} ${values.reduce((sum, value) => sum + value, 0)}`,
  );
  return <div ref={place} class="chart" role="img" aria-label={`${title}: ${words.join(", ")}`} />;
}

function dataOf(times: readonly number[], lines: readonly Line[]): uPlot.AlignedData {
  return [times.map((ms) => ms / 1_000), ...lines.map(({ values }) => [...values])];
}

interface Drawing {
  lines: readonly Line[];
  height: number;
  marks: () => readonly Mark[];
}

function optionsOf(element: HTMLElement, { lines, height, marks }: Drawing): uPlot.Options {
  const colour = (name: string) => resolvedColour(element, name);
  const axis = {
    stroke: colour("--faint"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui",
  };
  return {
    width: element.clientWidth,
    height,
    // Half of the last time stands beside it.
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: {
      // The last point lasts a step, too: what changed in it has its place.
      x: { range: (plot, min, max) => [min, max + stepOf(plot.data[0])] },
      y: { range: (_, __, max) => [0, Math.max(max * 1.1, 4)] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 64, values: (_, splits) => timesOfDay(splits) },
      { ...axis, size: 44, values: (_, splits) => splits.map((value) => shortCount(value)) },
    ],
    series: [
      {},
      ...lines.map(({ label, colour: name }, index) => ({
        label,
        stroke: colour(name),
        width: 1.5,
        points: { show: false },
        ...(index === 0 && { fill: colour(`${name}-soft`) }),
      })),
    ],
    hooks: { draw: [(plot) => placeMarks(plot, marks())] },
  };
}

/** A canvas knows no `light-dark()`: the element has already decided. */
function resolvedColour(element: HTMLElement, name: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Lines over the plot: elements, so that each says what it stands for. */
function placeMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { over } = plot;
  for (const old of over.querySelectorAll(".mark-line")) old.remove();
  for (const { atMs, text } of marks) {
    const x = plot.valToPos(atMs / 1_000, "x");
    if (!(x >= 0 && x <= over.clientWidth)) continue;
    const line = document.createElement("i");
    line.className = "mark-line";
    line.title = `${text}\n${formatExact(atMs)}`;
    line.style.left = `${x}px`;
    over.append(line);
  }
}

/** How long a point lasts, in seconds. */
function stepOf([first = 0, second = first]: ArrayLike<number> & Iterable<number>): number {
  return second - first;
}

/** In the reader's zone, as lists show it: the time, and at its first and with each new day the date. */
function timesOfDay(seconds: readonly number[]): string[] {
  let day = "";
  return seconds.map((second) => {
    const at = new Date(second * 1_000);
    const before = day;
    day = at.toLocaleDateString(undefined, { day: "numeric", month: "short" });
    const time = at.toLocaleTimeString(undefined, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    return day === before ? time : time === "00:00" ? day : `${time}\n${day}`;
  });
}

function shortCount(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000}M`;
  if (value >= 1_000) return `${value / 1_000}k`;
  return Number.isInteger(value) ? String(value) : "";
}
