"use strict";
// Charts over several runs. The view is the address; lines are fetched as their charts come into sight and again when a log
// has grown; zooming one chart zooms all.
(() => {
  const form = document.getElementById("view");
  const place = document.getElementById("charts");
  if (!place) return;
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const hidden = new Set();
  const cards = new Map();
  let zoom = null;

  for (const figure of place.querySelectorAll(".chart")) {
    cards.set(figure.dataset.metric, {
      figure, plot: null, place: figure.querySelector(".plot"), note: figure.querySelector(".note"), lines: null, visible: false, asked: 0,
    });
  }

  function compact(value) {
    if (value === null || value === undefined) return "";
    const size = Math.abs(value);
    if (size >= 1e9) return `${+(value / 1e9).toPrecision(4)}G`;
    if (size >= 1e6) return `${+(value / 1e6).toPrecision(4)}M`;
    if (size >= 1e4) return `${+(value / 1e3).toPrecision(4)}k`;
    if (size !== 0 && size < 1e-3) return value.toExponential(1);
    return String(Math.round(value * 1e4) / 1e4);
  }

  // Of numbers that are all 0, too, a scale that says so.
  function range(_, low, high) {
    return low === 0 && high === 0 ? [0, 1] : uPlot.rangeNum(low, high, 0.1, true);
  }

  function query() {
    const fields = new URLSearchParams(new FormData(form));
    if (fields.get("x") === "steps") fields.delete("x");
    if (Number(fields.get("smooth")) === 0) fields.delete("smooth");
    if (zoom) { fields.set("from", String(zoom[0])); fields.set("to", String(zoom[1])); }
    return fields;
  }
  const option = name => form.elements[name].checked;

  // One column of places for all lines; undefined where a line has no point, null where it is broken.
  function table(lines) {
    const tables = lines.map(line => {
      const columns = [line.xs, line.means];
      if (line.highs) columns.push(line.highs, line.lows);
      return columns;
    });
    if (tables.length === 0) return [[]];
    const positive = option("logy");
    const joined = tables.length === 1 ? tables[0] : uPlot.join(tables);
    let data = joined;
    if (positive) data = data.map((column, at) => at === 0 ? column : column.map(value => value === null || value === undefined || value > 0 ? value : null));
    if (option("logx")) {
      const kept = data[0].findIndex(x => x > 0);
      data = data.map(column => kept < 0 ? [] : column.slice(kept));
    }
    return data;
  }

  function marks(card) {
    return plot => {
      const { ctx } = plot;
      const { left, top, width, height } = plot.bbox;
      const size = 4 * devicePixelRatio;
      ctx.save();
      ctx.lineWidth = 1.5 * devicePixelRatio;
      for (const line of card.shown) {
        ctx.strokeStyle = ctx.fillStyle = css(`--line-${line.group % 7}`);
        for (const [x, kind] of line.marks) {
          const at = plot.valToPos(x, "x", true);
          if (!(at >= left && at <= left + width)) continue;
          ctx.beginPath();
          if (kind === "NaN") {
            const y = top + height - size;
            ctx.moveTo(at - size, y - size); ctx.lineTo(at + size, y + size);
            ctx.moveTo(at - size, y + size); ctx.lineTo(at + size, y - size);
            ctx.stroke();
          } else {
            const up = kind === "Inf" || kind.startsWith("above");
            const y = up ? top + size : top + height - size;
            const tip = up ? -size : size;
            ctx.moveTo(at - size, y - tip); ctx.lineTo(at + size, y - tip); ctx.lineTo(at, y + tip);
            ctx.fill();
          }
        }
      }
      ctx.restore();
    };
  }

  function say(card, index) {
    const odd = card.shown.reduce((sum, line) => sum + line.odd, 0);
    const parts = odd > 0 ? [`${odd.toLocaleString("en")} NaN or ∞`] : [];
    if (index !== null && index !== undefined && card.plot) {
      const [xs] = card.plot.data;
      parts.push(form.elements.x.value === "time" ? `${compact(xs[index])} s` : `step ${Math.round(xs[index]).toLocaleString("en")}`);
      let series = 1;
      const values = [];
      for (const line of card.shown) {
        const value = card.plot.data[series][index];
        if (value !== null && value !== undefined) values.push(compact(value));
        series += line.highs ? 3 : 1;
      }
      if (values.length <= 6) parts.push(values.join("  "));
    }
    card.note.textContent = parts.join(" · ");
    card.note.classList.toggle("odd", odd > 0);
  }

  let sharing = false;
  function share(range) {
    if (sharing) return;
    sharing = true;
    zoom = range;
    document.getElementById("unzoom").hidden = !range;
    for (const card of cards.values()) if (card.plot) scale(card);
    sharing = false;
    keep();
  }
  function scale(card) {
    const xs = card.plot.data[0];
    if (xs.length === 0) return;
    const range = zoom || [xs[0], xs[xs.length - 1]];
    card.plot.setScale("x", range[0] === range[1] ? { min: range[0] - 1, max: range[1] + 1 } : { min: range[0], max: range[1] });
  }

  function draw(card) {
    card.shown = card.lines.filter(line => !hidden.has(line.group));
    const data = table(card.shown);
    const shape = JSON.stringify([card.shown.map(line => [line.group, line.run, Boolean(line.highs)]), option("logx"), option("logy"), card.place.clientWidth]);
    if (card.plot && card.shape === shape) {
      card.plot.setData(data, false);
      scale(card);
      card.plot.redraw();
      return say(card, null);
    }
    if (card.plot) card.plot.destroy();
    card.shape = shape;
    const axis = { stroke: css("--soft"), grid: { stroke: css("--rule"), width: 1 }, ticks: { show: false }, font: "11px system-ui" };
    const [series, bands] = [[{}], []];
    const isCrowded = card.shown.length > 24;
    for (const line of card.shown) {
      const colour = css(`--line-${line.group % 7}`);
      const at = series.length;
      series.push({ stroke: colour, width: line.run && isCrowded ? 0.75 : 1.5, spanGaps: false, alpha: line.run && isCrowded ? 0.6 : 1, dash: Math.floor(line.group / 7) % 2 ? [6, 4] : undefined, points: { show: line.xs.length < 2, size: 7 } });
      if (line.highs) {
        series.push({ stroke: "transparent", points: { show: false } }, { stroke: "transparent", points: { show: false } });
        bands.push({ series: [at + 1, at + 2], fill: colour + (isCrowded ? "0d" : "26") });
      }
    }
    card.plot = new uPlot({
      width: Math.max(160, card.place.clientWidth), height: 236, series, bands, legend: { show: false },
      cursor: { sync: { key: "lines", scales: ["x", null] }, y: false, drag: { x: true, y: false, setScale: false } },
      scales: { x: { time: false, auto: false, distr: option("logx") ? 3 : 1 }, y: option("logy") ? { distr: 3 } : { range } },
      axes: [{ ...axis, size: 26, values: (_, all) => all.map(compact) }, { ...axis, size: 56, values: (_, all) => all.map(compact) }],
      hooks: {
        draw: [marks(card)],
        setCursor: [plot => { if (card.plot) say(card, plot.cursor.idx); }],
        setSelect: [plot => {
          if (plot.select.width < 4 || sharing) return;
          const range = [plot.posToVal(plot.select.left, "x"), plot.posToVal(plot.select.left + plot.select.width, "x")];
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          share(range);
        }],
      },
    }, data, card.place);
    card.plot.over.addEventListener("dblclick", () => share(null));
    scale(card);
    say(card, null);
  }

  async function load(wanted) {
    const all = wanted.filter(card => card.visible);
    if (all.length === 0) return;
    const fields = query();
    fields.delete("from"); fields.delete("to");
    fields.set("pixels", String(Math.min(600, Math.max(100, Math.round(all[0].place.clientWidth)))));
    for (const card of all) { fields.append("metric", card.figure.dataset.metric); card.asked += 1; card.turn = card.asked; }
    const turns = all.map(card => card.asked);
    const answer = await fetch(`/charts/lines?${fields}`);
    if (!answer.ok) return;
    const curves = await answer.json();
    all.forEach((card, at) => {
      if (card.asked !== turns[at]) return;
      card.lines = curves[card.figure.dataset.metric] || [];
      card.dirty = false;
      draw(card);
    });
  }

  let waiting = [];
  const observer = new IntersectionObserver(entries => {
    for (const entry of entries) {
      const card = cards.get(entry.target.dataset.metric);
      card.visible = entry.isIntersecting;
      if (card.visible && (!card.lines || card.dirty) && !waiting.includes(card)) {
        if (waiting.push(card) === 1) queueMicrotask(() => { const all = waiting; waiting = []; load(all); });
      }
    }
  }, { rootMargin: "150px" });
  for (const card of cards.values()) observer.observe(card.figure);

  // The address is the view.
  function keep() {
    const fields = query();
    history.replaceState(null, "", `/charts?${fields}`);
    fields.delete("from"); fields.delete("to");
    for (const [metric, card] of cards) {
      for (const link of card.figure.querySelectorAll("a[data-format]")) {
        const own = new URLSearchParams(fields);
        own.set("metric", metric);
        own.set("format", link.dataset.format);
        link.href = `/charts/file?${own}`;
      }
    }
  }
  function reload() {
    keep();
    for (const card of cards.values()) card.dirty = true;
    load([...cards.values()]);
  }
  const explanation = document.getElementById("explanation");
  function explain() {
    explanation.textContent = option("single") ? "Each run is a line; its band is the range of the points behind a pixel, of at most 24 runs."
      : "Lines are means over seeds, bands 95 % bootstrap intervals, of fewer than 4 seeds their range.";
  }
  let typing = 0;
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("input", event => {
    if (event.target.id === "metrics") {
      const words = event.target.value.toLowerCase().split(/[\s,]+/).filter(Boolean);
      for (const [name, card] of cards) card.figure.hidden = words.length > 0 && !words.some(word => name.toLowerCase().includes(word));
      return;
    }
    if (event.target.name === "x") zoom = null;
    if (event.target.name === "single") explain();
    clearTimeout(typing);
    typing = setTimeout(reload, event.target.type === "range" ? 120 : 0);
  });
  document.getElementById("unzoom").addEventListener("click", () => share(null));
  document.getElementById("legend").addEventListener("change", event => {
    const group = Number(event.target.dataset.group);
    hidden[event.target.checked ? "delete" : "add"](group);
    for (const card of cards.values()) if (card.lines) draw(card);
  });
  let resizing = 0;
  new ResizeObserver(() => { clearTimeout(resizing); resizing = setTimeout(() => { for (const card of cards.values()) if (card.lines) draw(card); }, 100); }).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const card of cards.values()) { card.shape = ""; if (card.lines) draw(card); } });

  const asked = new URLSearchParams(location.search);
  if (asked.has("from") && asked.has("to")) share([Number(asked.get("from")), Number(asked.get("to"))]);

  let busy = false;
  let again = false;
  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    for (const card of cards.values()) if (!card.visible) card.dirty = true;
    try { await load([...cards.values()]); } finally { busy = false; }
    if (again) { again = false; refresh(); }
  }
  const live = query();
  live.delete("from"); live.delete("to");
  Studio.events(`/charts/events?${live}`, { changed: refresh, runs: () => location.reload() });
})();
