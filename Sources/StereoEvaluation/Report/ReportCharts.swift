/// What runs in a report's page.
enum ReportScript {
  /// Charts as SVG: bars, lines and dots on a shared frame with axes. Numbers are shown on hover.
  static let charts = #"""
    "use strict";
    const svgName = "http://www.w3.org/2000/svg";
    function svg(tag, attributes, parent, text) {
      const node = document.createElementNS(svgName, tag);
      for (const key in attributes) node.setAttribute(key, attributes[key]);
      if (text !== undefined) node.textContent = text;
      if (parent) parent.appendChild(node);
      return node;
    }
    function hint(node, text) { svg("title", {}, node, text); }
    function short(value) {
      if (value === null || value === undefined) return "–";
      const size = Math.abs(value);
      if (size !== 0 && size < 0.01) return value.toExponential(1);
      return size >= 1000 ? Math.round(value).toLocaleString("en") : value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3);
    }
    function tick(value) { return +value.toPrecision(6) + ""; }
    function niceTop(value) {
      if (!(value > 0)) return 1;
      const unit = Math.pow(10, Math.floor(Math.log10(value)));
      for (const step of [1, 1.5, 2, 3, 4, 5, 6, 8, 10]) if (step * unit >= value) return step * unit;
      return 10 * unit;
    }
    // A frame with a vertical axis from 0 to top; returns where things go.
    function frame(parent, top, yLabel, xLabel) {
      const box = { left: 52, right: 512, top: 22, bottom: 188 };
      const root = svg("svg", { viewBox: "0 0 520 226", role: "img", "aria-label": yLabel + " by " + xLabel }, parent);
      const y = value => box.bottom - (box.bottom - box.top) * value / top;
      for (let k = 0; k <= 4; k++) {
        const value = top * k / 4;
        svg("line", { x1: box.left, x2: box.right, y1: y(value), y2: y(value), class: k ? "grid" : "axis" }, root);
        svg("text", { x: box.left - 7, y: y(value) + 4, "text-anchor": "end" }, root, tick(value));
      }
      svg("text", { x: 4, y: 11 }, root, yLabel);
      svg("text", { x: box.right, y: 222, "text-anchor": "end" }, root, xLabel);
      return { root, box, y };
    }
    function bars(id, values, labels, yLabel, xLabel, hints, every) {
      const parent = document.getElementById(id);
      const area = frame(parent, niceTop(Math.max(...values.map(v => v || 0))), yLabel, xLabel);
      const step = (area.box.right - area.box.left) / values.length;
      values.forEach((value, k) => {
        const x = area.box.left + k * step;
        if (value !== null) {
          const bar = svg("rect", { x: x + 1.5, width: Math.max(step - 3, 1), y: area.y(value),
            height: Math.max(area.box.bottom - area.y(value), 0), rx: 2, class: "bar" }, area.root);
          hint(bar, hints[k]);
        }
        if (k % every === 0) svg("text", { x: x + step / 2, y: 204, "text-anchor": "middle" }, area.root, labels[k]);
      });
    }
    function drawHistogram(data) {
      const counts = data.distribution.histogram.concat([data.distribution.missing]);
      const total = counts.reduce((a, b) => a + b, 0);
      if (!total) return void (document.getElementById("histogram").textContent = "No truth.");
      const labels = data.edges.map(tick).concat([">" + tick(data.edges[data.edges.length - 1]), "none"]);
      const shares = counts.map(c => 100 * c / total);
      bars("histogram", shares, labels, "% of pixels with truth", "error up to, px (none: no estimate)",
        shares.map((s, k) => (k < data.edges.length ? "up to " : "") + labels[k] + (k < counts.length - 1 ? " px: " : ": ") + short(s) + " %"), 1);
    }
    function drawByDisparity(data) {
      const d = data.distribution;
      let last = d.pixels.length;
      while (last > 0 && !d.pixels[last - 1]) last--;
      if (!last) return void (document.getElementById("by-disparity").textContent = "No truth.");
      const step = data.disparityStep, range = [...Array(last).keys()];
      const means = range.map(k => d.pixels[k] ? d.errorSums[k] / d.pixels[k] : null);
      bars("by-disparity", means, range.map(k => tick(k * step)), "mean error, px", "true disparity, px",
        range.map(k => k * step + "–" + (k + 1) * step + " px: mean error " + short(means[k]) + " px, "
          + (d.pixels[k] ? short(100 * d.outliers[k] / d.pixels[k]) : "–") + " % above 3 px, "
          + d.pixels[k].toLocaleString("en") + " pixels"), Math.ceil(last / 8));
    }
    function drawTimes(data, choose) {
      const times = data.rows.map(r => r.seconds), top = niceTop(Math.max(...times));
      const area = frame(document.getElementById("times"), top, "seconds", "frame, in the data set's order");
      const width = area.box.right - area.box.left;
      times.forEach((time, k) => {
        const dot = svg("circle", { cx: area.box.left + width * (k + 0.5) / times.length, cy: area.y(time),
          r: times.length > 60 ? 3 : 4.5, class: "dot", "data-frame": k }, area.root);
        hint(dot, data.rows[k].frame + ": " + short(time) + " s");
        dot.addEventListener("click", () => choose(k));
      });
    }
    function drawSparsification(data) {
      const parent = document.getElementById("sparsification"), s = data.sparsification;
      if (!s) return void (parent.textContent = "No truth.");
      const area = frame(parent, niceTop(Math.max(...s.curve)), "mean error of the rest, px", "% of pixels removed, least confident first");
      const width = area.box.right - area.box.left;
      const point = (value, k) => (area.box.left + width * k / s.curve.length).toFixed(1) + "," + area.y(value).toFixed(1);
      const curve = s.curve.map(point), oracle = s.oracle.map(point);
      svg("polygon", { points: curve.concat(oracle.slice().reverse()).join(" "), class: "gap" }, area.root);
      const line = svg("polyline", { points: curve.join(" "), class: "line" }, area.root);
      hint(line, "by confidence: " + short(s.curve[0]) + " px before any pixel is removed, " + short(s.curve[25]) + " px after half");
      svg("polyline", { points: oracle.join(" "), class: "line second" }, area.root);
      for (let k = 0; k <= 5; k++)
        svg("text", { x: area.box.left + width * k / 5, y: 204, "text-anchor": "middle" }, area.root, 20 * k + "");
      const key = document.createElement("div");
      key.className = "key";
      key.innerHTML = "<span><i></i>by confidence</span><span><i class=second></i>by true error (oracle)</span>";
      key.append("area between (AUSE): " + short(s.area));
      parent.appendChild(key);
    }

    """#
}
