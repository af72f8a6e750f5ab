/// The script of every HTML report: theme button, legend buttons, read-out under the pointer.
///
/// The page is complete without it. It reads the page's own data block and nothing else.
package enum HTMLScript {
  package static let source = """
    (function () {
      'use strict';
      var d = document, root = d.documentElement;
      function all(q, e) { return Array.prototype.slice.call((e || d).querySelectorAll(q)); }

      var theme = d.getElementById('theme');
      var dark = window.matchMedia && matchMedia('(prefers-color-scheme: dark)').matches;
      function label() { theme.textContent = dark ? 'Light' : 'Dark'; }
      theme.hidden = false;
      label();
      theme.addEventListener('click', function () {
        dark = !dark;
        root.setAttribute('data-theme', dark ? 'dark' : 'light');
        label();
      });

      all('button.key').forEach(function (key) {
        key.addEventListener('click', function () {
          var on = key.getAttribute('aria-pressed') !== 'true', s = key.dataset.series;
          all('button.key[data-series="' + s + '"]').forEach(function (k) {
            k.setAttribute('aria-pressed', String(on));
          });
          all('path[data-series="' + s + '"]').forEach(function (p) {
            p.style.display = on ? '' : 'none';
          });
        });
      });

      var R = JSON.parse(d.getElementById('data').textContent);
      if (!R.curves) return;
      function grouped(x) {
        var sign = x < 0 ? '\\u2212' : '', s = String(Math.abs(Math.round(x)));
        return sign + (s.length > 4 ? s.replace(/\\B(?=(\\d{3})+$)/g, '\\u202f') : s);
      }
      function percent(x) {
        var s = Math.abs(100 * x).toFixed(1);
        return (x < 0 && s !== '0.0' ? '\\u2212' : '') + s + '\\u202f%';
      }
      // Index of the last time at or before t.
      function before(times, t) {
        var a = 0, b = times.length - 1;
        while (a < b) {
          var m = (a + b + 1) >> 1;
          if (times[m] <= t) a = m; else b = m - 1;
        }
        return a;
      }
      var chips = all('[data-value]').map(function (e) {
        var part = e.dataset.value.split(':'), kind = part[0], k = +part[1], c = R.curves[k];
        var columns = part.length > 1 ? part[1].split(',').map(Number) : [];
        return {
          e: e, rest: e.textContent,
          at: kind === 'equity' ? function (t) { return grouped(c.equity[before(c.times, t)]); }
            : kind === 'drawdown' ? function (t) { return percent(c.drawdown[before(c.times, t)]); }
            : kind === 'weight' ? function (t) {
              if (t < R.weights.times[0]) return percent(0);
              var w = R.weights.weights[before(R.weights.times, t)];
              return percent(columns.reduce(function (a, i) { return a + w[i]; }, 0));
            }
            : function (t) {
              // A close at midnight is the end of the day before.
              var times = R.curves[0].times, i = before(times, t);
              return new Date(times[i] - (i > 0 ? 1 : 0)).toISOString().slice(0, 10);
            }
        };
      });
      var plots = all('.plot[data-from]'), crosses = all('.plot[data-from] .cross');
      function show(plot, x) {
        var box = plot.getBoundingClientRect();
        var f = Math.min(1, Math.max(0, (x - box.left) / box.width));
        var from = +plot.dataset.from, t = from + f * (+plot.dataset.to - from);
        crosses.forEach(function (c) { c.hidden = false; c.style.left = 100 * f + '%'; });
        chips.forEach(function (c) { c.e.textContent = c.at(t); });
      }
      function rest() {
        crosses.forEach(function (c) { c.hidden = true; });
        chips.forEach(function (c) { c.e.textContent = c.rest; });
      }
      plots.forEach(function (plot) {
        plot.addEventListener('pointermove', function (e) { show(plot, e.clientX); });
        plot.addEventListener('pointerdown', function (e) { show(plot, e.clientX); });
        plot.addEventListener('pointerleave', rest);
      });
    })();
    """
}
