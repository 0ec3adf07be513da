import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { reportPage } from '../../rules/report/page.ts';
import { manyDatasets } from '../rig/report-data.ts';
import { temporary } from '../rig/temporary.ts';

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);

test(
  'a real browser shows the page of adap report',
  { skip: browser === undefined ? 'no chromium: apt-get install chromium' : false },
  async () => {
    await using at = temporary();
    const page = reportPage(manyDatasets(200)).replace(
      '</body>',
      '<script>document.title = `${document.querySelectorAll("tbody tr").length} rows, ${document.querySelectorAll("svg rect").length} bars`</script></body>',
    );
    writeFileSync(`${at.path}/page.html`, page);
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${at.path}/profile`,
      '--enable-logging=stderr',
      '--window-size=1280,2000',
    ];
    const dom = spawnSync(browser ?? '', [...flags, '--dump-dom', `file://${at.path}/page.html`], {
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, HOME: at.path },
    });
    assert.equal(dom.status, 0, dom.stderr);
    assert.match(dom.stdout, /<title>\d{3} rows, 12 bars<\/title>/);
    assert.match(dom.stdout, /Failures: 20</);
    assert.doesNotMatch(dom.stderr, /CONSOLE.*(?:[Ee]rror|Uncaught)/);
    const shot = spawnSync(browser ?? '', [...flags, `--screenshot=${at.path}/page.png`, `file://${at.path}/page.html`], {
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, HOME: at.path },
    });
    assert.equal(shot.status, 0, shot.stderr);
    assert.ok(statSync(`${at.path}/page.png`).size > 20_000, 'something was drawn');
  },
);
