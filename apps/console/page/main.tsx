import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/views.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { readSession } from "./lib/api.ts";
import { keepFocus } from "./lib/keep_focus.ts";
import { applyTheme } from "./lib/theme.ts";

applyTheme(localStorage.getItem("theme") ?? "system");
keepFocus();
await readSession();
render(<App />, document.body);
