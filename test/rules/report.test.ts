import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from '../../rules/report/html.ts';
import { reportPage } from '../../rules/report/page.ts';
import { grouped, signatureOf } from '../../rules/report/signature.ts';
import { manyDatasets } from '../rig/report-data.ts';

const alike: [title: string, one: string, other: string, isAlike: boolean][] = [
  ['other numbers', 'it ran for longer than 48 h', 'it ran for longer than 24 h', true],
  ['another frame', 'DE.20200102.44770.fits has no spec2d', 'DE.20200103.11111.fits has no spec2d', true],
  ['another dataset', 'no reduction of HDa06DB/600ZD_8000_GG455 has a spec2d', 'no reduction of act60/600ZD_7200_GG400 has a spec2d', true],
  ['another path', '/data/a/x.fits is cut off', '/data/b/y.fits is cut off', true],
  ['another slit', 'DET03:687 is bad', 'MSC01:12 is bad', true],
  ['another exception', 'IndexError: index 0 is out of bounds', 'KeyError: index 0 is out of bounds', false],
];
for (const [title, one, other, isAlike] of alike)
  test(`failures with ${title} are ${isAlike ? 'of one kind' : 'of two kinds'}`, () =>
    assert.equal(
      signatureOf({ rule: 'reduce', cause: 'exited', says: one }) === signatureOf({ rule: 'reduce', cause: 'exited', says: other }),
      isAlike,
    ));

test('the most frequent kind of failure comes first, with one example', () => {
  const failure = (says: string) => ({ rule: 'reduce', cause: 'exited', says });
  const found = grouped([failure('KeyError: 1'), failure('IndexError: 1'), failure('IndexError: 2')]);
  assert.deepEqual(
    found.map(({ count, example }) => [count, example.says]),
    [
      [2, 'IndexError: 1'],
      [1, 'KeyError: 1'],
    ],
  );
});

test('text stands as text', () => {
  assert.equal(html`<b title="${'"'}">${'<i>&'}</b>${[html`<br />`]}`.html, '<b title="&quot;">&lt;i&gt;&amp;</b><br />');
});

test('the page needs nothing from elsewhere, escapes every name, and is small', () => {
  const page = reportPage(manyDatasets(1000, '<script>&"'));
  assert.ok(page.length < 1_000_000, `${page.length}`);
  assert.doesNotMatch(page, /(?:src|href)=|url\(|@import/);
  assert.equal(page.match(/<script>/g)?.length, 1);
  assert.ok(page.includes('&lt;script&gt;&amp;&quot;'));
  assert.match(page, /Failures: 100</);
  assert.match(page, /and 500 more/);
  const rows = page.slice(page.indexOf('Scorecards'));
  assert.ok(rows.indexOf('class="failed"') < rows.indexOf('class="poor"'), 'the worst first');
});
