import type { StandingTarget } from 'adap';

/** Stages that the archive is made of. */
const STAGES: ReadonlySet<string> = new Set(['setup', 'reduce', 'warnings', '1D', '1D-setup', '2D', '2D-setup', 'archive', 'archive-part']);

/** What the archive still lacks, and why: counts first, then a line for each target that is not fresh. Pure. */
export function lacks(targets: readonly StandingTarget[]): readonly string[] {
  const counted = targets.filter(({ rule }) => STAGES.has(rule));
  const lacking = counted.filter(({ state }) => state !== 'fresh');
  const held = targets.filter(({ rule, record, state }) => rule === 'scorecard' && state === 'fresh' && record?.finding?.weight === 'bad');
  return [
    lacking.length === 0
      ? `nothing is lacking: ${counted.length} targets are fresh`
      : `${lacking.length} of ${counted.length} targets are lacking`,
    ...lacking.map(
      (target) => `  ${target.id}: ${whyOf(target)}${target.record === undefined ? '' : '; what is archived is an older result'}`,
    ),
    ...held.map(({ subject, record }) => `  ${subject} is archived, and its science failed: ${record?.finding?.says.join('; ') ?? ''}`),
  ];
}

/** Blocked ones say by what; that has its own line. */
const whyOf = ({ state, says }: StandingTarget): string => (says.startsWith(state) ? says : `${state}: ${says}`);
