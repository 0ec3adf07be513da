/**
 * Many targets in chains, of which one in ten misbehaves in one of the ways in which programs do; and what must become of each:
 * a line a kind of target.
 */
import { readFileSync } from 'node:fs';
import type { Cause } from '../../engine/model/cause.ts';
import { dishesAdapfile } from './dishes-adapfile.ts';
import type { Random } from './random.ts';

type Misbehaviour = {
  /** In the language of its script: before it makes its output, or in place of that. */
  readonly before?: string;
  readonly makes?: string;
  readonly wants?: { readonly hours?: number; readonly memoryGiB?: number };
  readonly only?: Dish['rule'];
  /** By one of these causes; undefined: it comes out well. */
  readonly fails?: readonly Cause[];
};

const once = (what: string): string => `if [ ! -e "$ONCE" ]; then touch "$ONCE"; ${what}; fi`;
const SHORT = { hours: 0.5 / 3600 };

/** What holds memory is `tail`, which waits for a line's end; how long, is told by the seconds. */
const eats = (megabytes: number, seconds: number): string =>
  `{ head -c ${megabytes}000000 /dev/zero || exit; sleep ${seconds}; } | tail > /dev/null || exit $?`;

export const MISBEHAVIOURS = {
  'exits with 3': { before: 'exit 3', fails: ['exited'] },
  crashes: { before: 'kill -SEGV $$', fails: ['exited'] },
  'is killed once': { before: once('kill -9 $$') },
  'is killed always': { before: 'kill -9 $$', fails: ['poisoned'] },
  'makes nothing': { makes: ':', fails: ['incomplete'] },
  'is truncated': { makes: 'echo half > "$OUT"', fails: ['incomplete'] },
  'is empty': { makes: ': > "$OUT"', fails: ['incomplete'] },
  // In place of its shell: should it be killed, nothing goes on.
  hangs: { before: 'exec sleep 600', wants: SHORT, fails: ['timed-out'] },
  'hangs, and ignores SIGTERM': { before: "trap '' TERM; while :; do sleep 600; done", wants: SHORT, fails: ['timed-out'] },
  'leaves a child in a group of its own': { before: 'setsid sleep 600 > /dev/null 2>&1 &' },
  'leaves a child that holds its pipes': { before: 'setsid sleep 600 &' },
  'ignores SIGTERM': { before: "trap '' TERM" },
  'changes its own input once': { before: once(`echo '# changed' >> "$0"`) },
  'eats memory always': {
    before: `${eats(250, 600)}; kill -9 $$`,
    wants: { memoryGiB: 0.05, hours: 30 / 3600 },
    fails: ['out-of-memory', 'poisoned'],
  },
  'eats memory, and may have half as much again': { before: eats(80, 0.3), wants: { memoryGiB: 0.06 } },
  'fails once, which a retry heals': { before: once('exit 75'), only: 'brew' },
} as const satisfies Readonly<Record<string, Misbehaviour>>;

type Kind = keyof typeof MISBEHAVIOURS;

export type Dish = {
  /** `cook-017` */
  readonly name: string;
  readonly rule: 'cook' | 'brew' | 'serve' | 'label';
  readonly base: Dish | undefined;
  readonly kind: Kind | 'throws' | 'well-behaved';
};

/** How a target stands in the end: `fresh`, `blocked`, or the cause of its failure. */
export type Standing = 'fresh' | 'blocked' | Cause;

export type Dishes = {
  readonly all: readonly Dish[];
  readonly files: Readonly<Record<string, string>>;
  /** By target, joins included: as one of these. */
  readonly standings: ReadonlyMap<string, readonly Standing[]>;
  /** By path in the home, of what stands fresh; of `shelf` nothing, as links have none. */
  readonly contents: ReadonlyMap<string, string>;
};

export const targetOf = ({ rule, name }: Dish): string => `${rule} ${name}`;

export function createDishes(random: Random, count: number): Dishes {
  const all: Dish[] = [];
  const kinds = kindsOf(random, count);
  for (let index = 0; index < count; index += 1) all.push(createDish(random, all, kinds.get(index)));
  const tens = Map.groupBy(all, groupOf);
  const standings = new Map<string, readonly Standing[]>(all.map((dish) => [targetOf(dish), standingsOf(dish)]));
  const contents = new Map(all.filter(isFresh).map((dish) => [`${dish.rule}/${dish.name}/result`, contentOf(dish)]));
  for (const [group, ten] of tens) {
    standings.set(`shelf ${group}`, ['fresh']);
    standings.set(`gather ${group}`, [ten.every(isFresh) ? 'fresh' : 'blocked']);
    const sorted = ten.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    if (ten.every(isFresh)) contents.set(`gather/${group}.txt`, sorted.map(contentOf).join(''));
  }
  const scripts = all.map((dish) => [`in/${dish.name}.sh`, scriptOf(random, dish)]);
  const files = { 'adapfile.ts': dishesAdapfile, ledger: '', 'once/.keep': '', 'config/.keep': '', ...Object.fromEntries(scripts) };
  return { all, files, standings, contents };
}

/** One in ten, all kinds in turn. */
function kindsOf(random: Random, count: number): ReadonlyMap<number, Kind> {
  const names = Object.keys(MISBEHAVIOURS) as Kind[];
  const first = random.below(names.length);
  const kinds = new Map<number, Kind>();
  for (; kinds.size < Math.floor(count / 10);) {
    const index = random.below(count);
    if (!kinds.has(index)) kinds.set(index, names[(first + kinds.size) % names.length]!);
  }
  return kinds;
}

function createDish(random: Random, before: readonly Dish[], kind: Kind | undefined): Dish {
  const only = kind === undefined ? undefined : (MISBEHAVIOURS[kind] as Misbehaviour).only;
  const near = before.slice(-30).filter(({ rule }) => rule !== 'label');
  const drawn = random.pick(['cook', 'cook', 'cook', 'cook', 'brew', 'brew', 'serve', 'serve', 'serve', 'label'] as const);
  const rule = only ?? (near.length === 0 ? 'cook' : drawn);
  const base = rule === 'serve' || rule === 'label' ? random.pick(near) : undefined;
  const own = kind === undefined ? 'well-behaved' : rule === 'label' ? 'throws' : kind;
  return { name: `${rule}-${String(before.length).padStart(4, '0')}`, rule, base, kind: own };
}

const groupOf = ({ name }: Dish): string => name.split('-')[1]!.slice(0, -1);

function standingsOf({ base, kind, rule }: Dish): readonly Standing[] {
  if (base !== undefined && !isFresh(base)) return ['blocked'];
  if (kind === 'well-behaved') return ['fresh'];
  const fails: readonly Standing[] = kind === 'throws' ? ['exited'] : ((MISBEHAVIOURS[kind] as Misbehaviour).fails ?? ['fresh']);
  // A rule that tries again, under builders that are killed in between, may come to five failures in a row.
  return rule === 'brew' && fails.includes('exited') ? [...fails, 'poisoned'] : fails;
}

const isFresh = (dish: Dish): boolean => standingsOf(dish)[0] === 'fresh';

/** The one-line evaluator. */
export const contentOf = ({ name, rule, base }: Dish): string =>
  rule === 'label' ? contentOf(base!).toUpperCase() : `${base === undefined ? '' : contentOf(base)}this is ${name}\nend\n`;

function scriptOf(random: Random, { name, base, kind }: Dish): string {
  const { before = '', makes, wants }: Misbehaviour = kind === 'well-behaved' || kind === 'throws' ? {} : MISBEHAVIOURS[kind];
  const about = { ...(base === undefined ? {} : { base: base.name }), ...(kind === 'throws' ? { throws: true } : {}), wants };
  return `# ${JSON.stringify(about)}
set -e
if [ "$1" != end ]; then
  echo "begins ${name} $ADAP_ATTEMPT" >> "$LEDGER"
  sleep ${random.below(50) / 1000}
  ${before}
fi
if [ "$1" != begin ]; then
  ${makes ?? `{ if [ -n "$BASE" ]; then cat "$BASE"; fi; echo this is ${name}; echo end; } > "$OUT"`}
  echo "ends ${name} $ADAP_ATTEMPT" >> "$LEDGER"
fi
`;
}

type Line = { readonly name: string; readonly attempt: string };

/** Each recipe leaves a line when it begins, and one when it has ended well, outside the home. */
export function ledgerOf(root: string, what: 'begins' | 'ends'): Line[] {
  const lines = readFileSync(`${root}/ledger`, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith(`${what} `)).map((line) => ({ name: line.split(' ')[1]!, attempt: line.split(' ')[2]! }));
}
