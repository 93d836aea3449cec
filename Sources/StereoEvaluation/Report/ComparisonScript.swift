/// The page that compares runs, before and while it is looked at.
enum ComparisonScript {
  /// What it has beside the report's style.
  static let style = #"""
    td.best { font-weight:600; color:var(--series); } .warning { color:var(--second); margin:0 0 8px; }
    section { margin-bottom:12px; }
    """#

  /// The page before the script fills it.
  static let body = #"""
    <main>
    <h1 id="title"></h1><p class="soft" id="subtitle"></p>
    <section class="card" style="margin-top:18px"><h2>Runs</h2><div id="warnings"></div>
      <div class="scroll"><table id="runs"><thead></thead><tbody></tbody></table></div></section>
    <section class="card"><h2>Differences</h2><pre id="lines"></pre></section>
    <section class="card" id="viewer"><div class="bar-of-frame"><h2 id="frame-name"></h2><button id="previous">← Previous</button><button id="next">Next →</button></div>
      <div class="pictures" id="pictures"></div></section>
    <section class="card"><h2>Frames</h2><p class="soft" style="margin-bottom:8px">The first of a frame's numbers; the best is marked. Click a row to look at its frame.</p>
      <div class="scroll"><table id="table"><thead></thead><tbody></tbody></table></div></section>
    </main>
    """#

  /// Fills the tables and shows the frame that is looked at.
  static let text = #"""
    const data = JSON.parse(document.getElementById("data").textContent);
    const byId = id => document.getElementById(id);
    function make(tag, text, parent) {
      const node = document.createElement(tag);
      if (text !== undefined && text !== null) node.textContent = text;
      if (parent) parent.appendChild(node);
      return node;
    }
    const short = v => v === null || v === undefined ? "–" : Math.abs(v) >= 100 ? v.toFixed(1) : v.toFixed(3);
    function best(values) {
      const known = values.filter(v => v !== null);
      return known.length > 1 ? Math.min(...known) : null;
    }
    let current = -1;
    function fillRuns() {
      const names = data.runs.reduce((list, run) => run.numbers.length > list.length ? run.numbers.map(n => n.name) : list, []);
      const head = make("tr", null, byId("runs").tHead);
      for (const name of ["run"].concat(names, ["AUSE", "median time"])) make("th", name, head);
      for (const run of data.runs) {
        const tr = make("tr", null, byId("runs").tBodies[0]);
        make("td", run.label, tr).title = run.settings;
        for (const name of names) {
          const number = run.numbers.find(n => n.name === name);
          make("td", number ? number.value : "–", tr);
        }
        make("td", short(run.area), tr);
        make("td", run.seconds === null ? "–" : short(run.seconds) + " s", tr);
        for (const warning of run.warnings) make("p", run.label + ": " + warning, byId("warnings")).className = "warning";
      }
    }
    function fillFrames() {
      const head = make("tr", null, byId("table").tHead);
      for (const name of ["frame"].concat(data.runs.map(r => r.label))) make("th", name, head);
      data.frames.forEach((frame, k) => {
        const tr = make("tr", null, byId("table").tBodies[0]), least = best(frame.values);
        tr.dataset.frame = k;
        make("td", frame.name, tr);
        for (const value of frame.values) make("td", short(value), tr).className = least !== null && value === least ? "best" : "";
        tr.addEventListener("click", () => { choose(k); byId("viewer").scrollIntoView({ behavior: "smooth", block: "nearest" }); });
      });
    }
    function figure(address, caption) {
      if (!address) return;
      const node = make("figure", null, byId("pictures"));
      make("figcaption", caption, node);
      const image = make("img", null, node);
      image.alt = caption;
      image.src = address;
    }
    function choose(index) {
      if (index < 0 || index >= data.frames.length) return;
      current = index;
      const frame = data.frames[index], source = byId("frame-" + index), pictures = source ? JSON.parse(source.textContent) : {};
      byId("frame-name").textContent = frame.name;
      byId("pictures").textContent = "";
      figure(pictures.left, "Left image");
      figure(pictures.truth, "Truth");
      data.runs.forEach((run, k) => {
        figure(pictures["prediction " + k], run.label + ": disparity");
        figure(pictures["error " + k], run.label + ": error, " + short(frame.values[k]));
      });
      for (const tr of byId("table").tBodies[0].rows) tr.className = +tr.dataset.frame === index ? "on" : "";
    }
    byId("title").textContent = data.runs.map(r => r.label).join(", ");
    byId("subtitle").textContent = data.benchmark + ", " + data.frames.length + " frame" + (data.frames.length === 1 ? "" : "s");
    byId("lines").textContent = data.lines.join("\n");
    fillRuns();
    fillFrames();
    byId("previous").addEventListener("click", () => choose(current - 1));
    byId("next").addEventListener("click", () => choose(current + 1));
    choose(0);
    document.documentElement.dataset.ready = "yes";
    """#
}
