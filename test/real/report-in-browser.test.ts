import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { reportPage } from '../../rules/report/page.ts';
import { manyDatasets } from '../rig/report-data.ts';
import { temporary } from '../rig/temporary.ts';

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);

const looks: [width: number, scheme: 'light' | 'dark'][] = [
  [1280, 'light'],
  [1280, 'dark'],
  [400, 'light'],
  [400, 'dark'],
];
for (const [width, scheme] of looks)
  test(
    `a real browser shows the page of adap report: ${width} pixels wide, ${scheme}`,
    { skip: browser === undefined ? 'no chromium: apt-get install chromium' : false },
    async () => {
      await using at = temporary();
      const page = reportPage(manyDatasets(200, '<&"')).replace('</body>', `<script>(${looking})()</script></body>`);
      writeFileSync(`${at.path}/page.html`, page);
      // A window cannot be as narrow as a telephone, a frame can.
      writeFileSync(
        `${at.path}/frame.html`,
        `<iframe src="page.html" style="width:${width}px;height:1900px;border:0"></iframe>${LISTENER}`,
      );
      const browse = (...words: readonly string[]) => {
        const { status, stdout, stderr } = spawnSync(browser ?? '', [...flags(at.path, scheme), ...words, `file://${at.path}/frame.html`], {
          encoding: 'utf8',
          timeout: 120_000,
          env: { ...process.env, HOME: at.path },
        });
        assert.equal(status, 0, stderr);
        assert.doesNotMatch(stderr, /:CONSOLE[:(]/, 'nothing is said in the console');
        return stdout;
      };
      const [, seen = ''] = /<pre>(.*)<\/pre>/.exec(browse('--dump-dom')) ?? [];
      assert.deepEqual(JSON.parse(decodeURIComponent(seen)), {
        headings: ['States', 'Failures: 20', 'Scorecards: 20 failed, 133 poor, 47 good', 'Worst slits', 'Times and memory'],
        sums: '600 targets: 560 fresh, 20 failed, 20 blocked',
        name: 'M0<&"/600ZD_7500_GG455/2020-01-02',
        rows: 274,
        bars: 12,
        circles: 20,
        isFilterShown: true,
        left: 1,
        isWiderThanWindow: false,
        tallestRow: 'low',
        palest: 'readable',
        scheme,
      });
      browse(`--screenshot=${at.path}/page.png`);
      assert.ok(statSync(`${at.path}/page.png`).size > 20_000, 'something was drawn');
    },
  );

const flags = (profile: string, scheme: 'light' | 'dark'): readonly string[] => [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  `--user-data-dir=${profile}/profile`,
  '--enable-logging=stderr',
  '--window-size=1320,2000',
  '--virtual-time-budget=5000',
  `--blink-settings=preferredColorScheme=${scheme === 'dark' ? 0 : 1}`,
];

const LISTENER = `<pre></pre><script>addEventListener('message', ({ data }) => { document.querySelector('pre').textContent = data; });</script>`;

/** Runs in the page, and tells the frame around it what a reader would see. Contrast as WCAG 2.2, 1.4.3 has it. */
const looking = `function () {
  const all = (what) => [...document.querySelectorAll(what)];
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const ground = light(isDark ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)');
  const contrasts = all('td, th, h1, p, summary, span, svg text').map((each) => light(getComputedStyle(each).color))
    .map((own) => (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05));
  const rows = all('tbody tr');
  const tallest = Math.max(...rows.map((row) => row.getBoundingClientRect().height));
  const seen = {
    headings: all('h2').map((each) => each.textContent),
    sums: all('p')[1].textContent.replace(/\\s+/g, ' '),
    name: rows.find((row) => row.cells[1].textContent === 'fresh').cells[0].textContent,
    rows: rows.length,
    bars: all('svg rect').length,
    circles: all('svg circle').length,
    isFilterShown: document.getElementById('filter').offsetWidth > 0,
    isWiderThanWindow: document.documentElement.scrollWidth > innerWidth,
    tallestRow: tallest < 90 ? 'low' : tallest,
    palest: Math.min(...contrasts) >= 4.5 ? 'readable' : Math.min(...contrasts),
    scheme: isDark ? 'dark' : 'light',
  };
  const filter = document.getElementById('filter');
  filter.value = 'de.20200102.10199';
  filter.dispatchEvent(new Event('input'));
  seen.left = rows.filter((row) => row.offsetHeight > 0).length;
  filter.value = '';
  filter.dispatchEvent(new Event('input'));
  parent.postMessage(encodeURIComponent(JSON.stringify(seen)), '*');
}`;
