"use strict";
// Charts of one run: means as a line, the range of each pixel's points as a band, zoom shared by all.
const Charts = (() => {
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function smoothed(values, weight) {
    if (!(weight > 0)) return values;
    let [mean, share] = [0, 1];
    return values.map(value => {
      if (value === null) return null;
      mean = weight * mean + (1 - weight) * value;
      share *= weight;
      return mean / (1 - share);
    });
  }

  function compact(value) {
    if (value === null || value === undefined) return "";
    const size = Math.abs(value);
    if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(2);
    return String(Math.round(value * 1e4) / 1e4);
  }

  // Of numbers that are all 0, too, a scale that says so.
  function range(_, low, high) {
    return low === 0 && high === 0 ? [0, 1] : uPlot.rangeNum(low, high, 0.1, true);
  }

  function data(curve, options) {
    const positive = values => options.log ? values.map(v => v !== null && v > 0 ? v : null) : values;
    return [curve.steps, positive(smoothed(curve.means, options.smoothing)), positive(curve.highs), positive(curve.lows)];
  }

  function draw(place, curve, options) {
    const width = Math.max(120, place.clientWidth);
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--rule"), width: 1 }, ticks: { show: false }, font: "11px system-ui" };
    const none = { stroke: "transparent", points: { show: false } };
    const single = curve.steps.length < 2;
    return new uPlot({
      width, height: 190, cursor: { sync: { key: options.key }, y: false }, legend: { show: false },
      scales: { x: { time: false }, y: options.log ? { distr: 3 } : { range } },
      axes: [{ ...axis, size: 26, values: (_, all) => all.map(compact) }, { ...axis, size: 56, values: (_, all) => all.map(compact) }],
      bands: [{ series: [2, 3], fill: colour("--accent") + "2b" }],
      series: [{}, { stroke: colour("--accent"), width: 1.5, points: { show: single, size: 7 }, spanGaps: false }, none, none],
      hooks: { setCursor: [plot => options.point(plot.cursor.idx)] },
    }, data(curve, options), place);
  }

  return { draw, data, compact };
})();
