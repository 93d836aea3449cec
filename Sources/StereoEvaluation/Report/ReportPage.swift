/// The part of a report's script that is not charts.
extension ReportScript {
  /// Table, tiles, and the frame that is looked at with its slider between prediction and truth.
  static let page = #"""
    const data = JSON.parse(document.getElementById("data").textContent);
    const byId = id => document.getElementById(id);
    function make(tag, text, parent) {
      const node = document.createElement(tag);
      if (text !== undefined && text !== null) node.textContent = text;
      if (parent) parent.appendChild(node);
      return node;
    }
    const columns = [{ name: "frame" }].concat(data.columns, data.rows.some(r => r.area !== null) ? [{ name: "AUSE" }] : [],
      [{ name: "seconds", unit: "s" }]);
    function cell(row, k) {
      if (k === 0) return row.frame;
      if (k <= data.columns.length) return row.values.length ? row.values[k - 1] : null;
      return columns[k].name === "AUSE" ? row.area : row.seconds;
    }
    let order = data.rows.map((_, k) => k), sorted = { column: 0, up: true }, current = -1;

    function fillTable() {
      const head = make("tr", null, byId("table").tHead);
      columns.forEach((column, k) => {
        const th = make("th", null, head);
        const button = make("button", column.name + (column.unit ? " " + column.unit : ""), th);
        button.addEventListener("click", () => sortBy(k, sorted.column === k ? !sorted.up : k === 0));
      });
      sortBy(0, true);
    }
    function sortBy(column, up) {
      sorted = { column, up };
      const sign = up ? 1 : -1;
      order.sort((a, b) => {
        const x = cell(data.rows[a], column), y = cell(data.rows[b], column);
        if (x === null || y === null) return (x === null) - (y === null) || a - b;
        return (x < y ? -sign : x > y ? sign : 0) || a - b;
      });
      [...byId("table").tHead.rows[0].cells].forEach((th, k) => {
        if (k === column) th.setAttribute("aria-sort", up ? "ascending" : "descending"); else th.removeAttribute("aria-sort");
      });
      const body = byId("table").tBodies[0];
      body.textContent = "";
      for (const k of order) {
        const tr = make("tr", null, body);
        tr.dataset.frame = k;
        tr.className = k === current ? "on" : "";
        columns.forEach((_, c) => { const v = cell(data.rows[k], c); make("td", c ? short(v) : v, tr); });
        tr.addEventListener("click", () => { choose(k); byId("viewer").scrollIntoView({ behavior: "smooth", block: "nearest" }); });
      }
    }

    const captions = { left: "Left image", prediction: "Prediction", truth: "Truth", error: "Error against the truth", confidence: "Confidence" };
    function choose(index) {
      if (index < 0 || index >= data.rows.length) return;
      current = index;
      const row = data.rows[index];
      byId("frame-name").textContent = row.frame;
      byId("frame-numbers").textContent = data.columns.slice(0, 6).map((c, k) => c.name + " " + short(row.values.length ? row.values[k] : null) + " " + c.unit)
        .concat(row.area !== null ? ["AUSE " + short(row.area)] : [], [short(row.seconds) + " s", row.width + "×" + row.height]).join(" · ");
      for (const tr of byId("table").tBodies[0].rows) tr.className = +tr.dataset.frame === index ? "on" : "";
      for (const dot of document.querySelectorAll(".dot")) dot.classList.toggle("on", +dot.dataset.frame === index);
      const source = byId("frame-" + index);
      show(source ? JSON.parse(source.textContent) : {});
    }
    function picture(address, name, parent) {
      const image = make("img", null, parent);
      image.alt = name;
      image.src = address;
      return image;
    }
    function show(pictures) {
      const parent = byId("pictures");
      parent.textContent = "";
      for (const name of ["left", "prediction", "error", "confidence"]) {
        if (!pictures[name]) continue;
        const figure = make("figure", null, parent);
        if (name === "prediction" && pictures.truth) {
          make("figcaption", "Prediction (left of the line) and truth (right of it)", figure);
          slider(pictures, figure);
        } else {
          make("figcaption", captions[name], figure);
          picture(pictures[name], captions[name], figure);
        }
        legend(name, figure);
      }
    }
    function slider(pictures, figure) {
      const both = make("div", null, figure);
      both.className = "both";
      picture(pictures.prediction, captions.prediction, both);
      const over = picture(pictures.truth, captions.truth, both);
      over.className = "over";
      const edge = make("div", null, both);
      edge.className = "edge";
      const range = make("input", null, figure);
      range.type = "range"; range.min = 0; range.max = 100; range.step = 0.5; range.value = 60; range.id = "slider";
      range.setAttribute("aria-label", "Where prediction ends and truth begins");
      const place = () => {
        over.style.clipPath = "inset(0 0 0 " + range.value + "%)";
        edge.style.left = range.value + "%";
      };
      range.addEventListener("input", place);
      const follow = event => {
        const box = both.getBoundingClientRect();
        range.value = 100 * (event.clientX - box.left) / box.width;
        place();
      };
      both.addEventListener("pointerdown", event => { both.setPointerCapture(event.pointerId); follow(event); });
      both.addEventListener("pointermove", event => { if (event.buttons) follow(event); });
      place();
    }
    const ramps = {
      prediction: ["far", "linear-gradient(90deg,#23171b,#4a58dd,#2f9df5,#27d7c4,#4df884,#95fb51,#dedd32,#ffa423,#f65f18,#ba2208,#900c00)", "near"],
      confidence: ["0", "linear-gradient(90deg,#000,#fff)", "1"] };
    const errors2015 = ["0", "linear-gradient(90deg," + ["#313695", "#4575b4", "#74add1", "#abd9e9", "#e0f3f8", "#fee090", "#fdae61", "#f46d43", "#d7301f", "#a50026"]
      .map((c, k) => c + " " + 10 * k + "%," + c + " " + 10 * (k + 1) + "%").join() + ")", "≥16 × threshold (yellow begins above it)"];
    const errors2012 = ["0", "linear-gradient(90deg,#000,#fff)", "≥5 px (red: occluded)"];
    function legend(name, figure) {
      const ramp = name === "error" ? (data.benchmark === "KITTI 2012" ? errors2012 : errors2015) : ramps[name];
      if (!ramp) return;
      const line = make("div", null, figure);
      line.className = "legend";
      make("span", ramp[0], line);
      const strip = make("span", null, line);
      strip.className = "ramp";
      strip.style.background = ramp[1];
      make("span", ramp[2], line);
    }
    function tile(value, label) {
      const node = make("div", null, byId("tiles"));
      node.className = "card tile";
      make("b", value, node);
      const text = make("span", label, node);
      text.className = "soft";
    }
    function fillTiles() {
      const times = data.rows.map(r => r.seconds).sort((a, b) => a - b), s = data.summary;
      const percent = v => short(v) + " %", px = v => short(v) + " px";
      if (s && s.outNoc) {
        tile(percent(s.outNoc[3]), "Out-Noc, 3 px"); if (s.outAll) tile(percent(s.outAll[3]), "Out-All, 3 px");
        tile(px(s.averageNoc), "Avg-Noc"); tile(percent(s.density), "density");
      } else if (s && s.d1) {
        tile(percent(s.d1.all), "D1-all"); tile(percent(s.d1.background), "D1-bg"); tile(percent(s.d1.foreground), "D1-fg"); tile(percent(s.density), "density");
      } else if (s && s.endPointError !== undefined) {
        tile(px(s.endPointError), "end-point error"); tile(percent(s.bad1), "bad 1"); tile(percent(s.bad3), "bad 3");
      } else if (s) {
        tile(percent(s.bad1), "bad 1.0, " + s.pixels); tile(percent(s.bad2), "bad 2.0, " + s.pixels); tile(px(s.averageError), "average error"); tile(percent(s.invalid), "invalid");
      }
      if (data.sparsification) tile(short(data.sparsification.area), "AUSE of the confidence");
      if (times.length) tile(short(times[times.length >> 1]) + " s", "median time per frame");
    }

    byId("title").textContent = data.method + " on " + data.benchmark;
    byId("subtitle").textContent = data.rows.length + " frame" + (data.rows.length === 1 ? "" : "s")
      + (data.settings ? ", " + data.settings : "");
    if (data.comparison.length) { byId("comparison").hidden = false; byId("comparison").querySelector("pre").textContent = data.comparison.join("\n"); }
    fillTiles();
    drawHistogram(data);
    drawByDisparity(data);
    drawSparsification(data);
    fillTable();
    drawTimes(data, choose);
    byId("previous").addEventListener("click", () => choose(order[Math.max(order.indexOf(current) - 1, 0)]));
    byId("next").addEventListener("click", () => choose(order[Math.min(order.indexOf(current) + 1, order.length - 1)]));
    if (data.rows.length) choose(0);
    document.documentElement.dataset.ready = "yes";
    """#
}
