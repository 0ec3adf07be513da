import type { ReportData } from '../../rules/report/page.ts';

/** An archive of so many datasets, a tenth of which failed; `odd` is part of every name. */
export function manyDatasets(count: number, odd = ''): ReportData {
  const names = Array.from({ length: count }, (_, index) => `M${index}${odd}/600ZD_7500_GG455/2020-01-02`);
  const failed = names.filter((_, index) => index % 10 === 0);
  return {
    title: 'adap',
    made: '2026-11-25 10:58 UTC',
    targets: names.flatMap((subject, index) =>
      ['setup', 'reduce', 'scorecard'].map((stage) => ({
        subject,
        stage,
        state:
          index % 10 === 0 && stage !== 'setup' ? (stage === 'reduce' ? ('failed' as const) : ('blocked' as const)) : ('fresh' as const),
        says: '',
      })),
    ),
    failures: failed.map((subject, index) => ({
      rule: 'reduce',
      cause: index % 2 === 0 ? 'exited' : 'out-of-memory',
      says: index % 2 === 0 ? `IndexError: index ${index} is out of bounds` : `it used ${index}.5 GiB`,
      target: `reduce ${subject}`,
      lastLines: ['Traceback', '  <module>', 'IndexError'],
    })),
    frames: names
      .map((dataset, index) => {
        const badSlits = (index * 7) % 80;
        const verdict = index % 10 === 0 ? ('failed' as const) : badSlits > 20 ? ('poor' as const) : ('good' as const);
        return {
          dataset,
          frame: `DE.20200102.${10_000 + index}.fits`,
          verdict,
          reasons: [`${badSlits} of 80 slits are bad`],
          slits: 80,
          badSlits,
          objects: 90,
          faults: { coverage: badSlits >> 1, RMS: badSlits >> 2 },
        };
      })
      .toSorted((a, b) => ['failed', 'poor', 'good'].indexOf(a.verdict) - ['failed', 'poor', 'good'].indexOf(b.verdict)),
    badSlits: names.slice(0, 50).map((dataset, index) => ({ slit: `DET03:${index}`, dataset, frame: 'DE.20200102.10000.fits' })),
    runs: names
      .slice(0, 200)
      .map((subject, index) => ({ target: `reduce ${subject}`, stage: 'reduce', seconds: 3600 + index * 60, memoryGiB: 8 + (index % 20) })),
  };
}
