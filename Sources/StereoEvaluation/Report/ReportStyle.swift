/// How a report looks, and its empty page.
enum ReportStyle {
  /// Style sheet: every colour is a variable that follows the reader's light or dark scheme.
  static let text = #"""
    :root { --page:#f6f6f3; --card:#ffffff; --ink:#1c1c1a; --soft:#5d5d58; --line:#dddcd6; --grid:#ecebe6;
      --series:#2563b8; --series-soft:#2563b833; --second:#c2571a; --mark:#e8eefb; }
    @media (prefers-color-scheme: dark) { :root { --page:#161615; --card:#20201e; --ink:#ecebe6; --soft:#a3a29a;
      --line:#3a3a36; --grid:#2c2c29; --series:#7fb0f5; --series-soft:#7fb0f533; --second:#f0a06a; --mark:#26324a; } }
    * { box-sizing:border-box; }
    body { margin:0; background:var(--page); color:var(--ink); font:15px/1.45 system-ui,-apple-system,"Segoe UI",sans-serif; }
    main { max-width:1320px; margin:0 auto; padding:24px 20px 60px; }
    h1 { font-size:26px; margin:0 0 2px; letter-spacing:-.01em; } h2 { font-size:16px; margin:0 0 10px; }
    p { margin:0; } .soft { color:var(--soft); }
    .tiles { display:grid; grid-template-columns:repeat(auto-fit,minmax(170px,1fr)); gap:12px; margin:18px 0; }
    .card { background:var(--card); border:1px solid var(--line); border-radius:10px; padding:14px 16px; min-width:0; }
    .tile b { display:block; font-size:24px; font-weight:600; font-variant-numeric:tabular-nums; }
    .charts { display:grid; grid-template-columns:repeat(auto-fit,minmax(420px,1fr)); gap:12px; margin-bottom:12px; }
    svg { display:block; width:100%; height:auto; overflow:visible; } svg text { fill:var(--soft); font-size:12px; }
    .grid { stroke:var(--grid); } .axis { stroke:var(--line); } .bar { fill:var(--series); }
    .line { fill:none; stroke:var(--series); stroke-width:2; stroke-linejoin:round; } .second { stroke:var(--second); stroke-dasharray:5 4; }
    .gap { fill:var(--series-soft); } .dot { fill:var(--series); cursor:pointer; } .dot.on { fill:var(--second); }
    .dot:focus-visible { outline:2px solid var(--second); }
    .key { display:flex; gap:18px; color:var(--soft); font-size:13px; margin-top:6px; }
    .key i { display:inline-block; width:22px; height:0; border-top:2px solid var(--series); vertical-align:middle; margin-right:6px; }
    .key i.second { border-top:2px dashed var(--second); }
    .scroll { overflow:auto; max-height:430px; } table { border-collapse:collapse; width:100%; font-variant-numeric:tabular-nums; }
    th,td { padding:5px 10px; text-align:right; white-space:nowrap; border-bottom:1px solid var(--grid); }
    th:first-child,td:first-child { text-align:left; position:sticky; left:0; background:var(--card); }
    thead th { position:sticky; top:0; background:var(--card); z-index:1; border-bottom:1px solid var(--line); font-weight:600; }
    thead th:first-child { z-index:2; } th button { all:unset; cursor:pointer; } th button:focus-visible { outline:2px solid var(--series); }
    th[aria-sort=ascending] button::after { content:" ▲"; } th[aria-sort=descending] button::after { content:" ▼"; }
    tbody tr { cursor:pointer; } tbody tr:hover td, tbody tr.on td { background:var(--mark); }
    .pictures { display:grid; grid-template-columns:repeat(auto-fit,minmax(440px,1fr)); gap:14px; margin-top:12px; }
    figure { margin:0; min-width:0; } figcaption { color:var(--soft); font-size:13px; margin-bottom:4px; }
    img { display:block; width:100%; height:auto; border-radius:6px; background:#000; image-rendering:auto; }
    .both { position:relative; touch-action:none; cursor:ew-resize; } .both .over { position:absolute; inset:0; }
    .both .edge { position:absolute; top:0; bottom:0; width:2px; margin-left:-1px; background:#fff; box-shadow:0 0 3px #000; pointer-events:none; }
    input[type=range] { width:100%; accent-color:var(--series); margin:8px 0 0; }
    .bar-of-frame { display:flex; gap:10px; align-items:center; flex-wrap:wrap; } .bar-of-frame h2 { margin:0; flex:1; }
    .bar-of-frame button { font:inherit; color:inherit; background:none; border:1px solid var(--line); border-radius:7px; padding:3px 12px; cursor:pointer; }
    .legend { display:flex; align-items:center; gap:8px; font-size:12px; color:var(--soft); margin-top:4px; }
    .legend span.ramp { flex:1; height:8px; border-radius:4px; }
    pre { margin:0; overflow:auto; font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace; }
    @media (max-width:520px) { .charts,.pictures { grid-template-columns:1fr; } }
    """#

  /// The page before the script fills it.
  static let body = #"""
    <main>
    <h1 id="title"></h1><p class="soft" id="subtitle"></p>
    <section class="tiles" id="tiles"></section>
    <section class="card" id="comparison" hidden style="margin-bottom:12px"><h2>Methods compared</h2><pre></pre></section>
    <section class="charts">
      <div class="card"><h2>Distribution of errors</h2><div id="histogram"></div></div>
      <div class="card"><h2>Error against true disparity</h2><div id="by-disparity"></div></div>
      <div class="card"><h2>Time per frame</h2><div id="times"></div></div>
      <div class="card"><h2>Sparsification by confidence</h2><div id="sparsification"></div></div>
    </section>
    <section class="card" id="viewer" style="margin-bottom:12px">
      <div class="bar-of-frame"><h2 id="frame-name"></h2><button id="previous">← Previous</button><button id="next">Next →</button></div>
      <p class="soft" id="frame-numbers"></p>
      <div class="pictures" id="pictures"></div>
    </section>
    <section class="card"><h2>Frames</h2><p class="soft" style="margin-bottom:8px">Click a column to sort, a row to look at its frame.</p>
      <div class="scroll"><table id="table"><thead></thead><tbody></tbody></table></div></section>
    </main>
    """#
}
