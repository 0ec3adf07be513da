import { html } from './html.ts';
import type { Html } from './html.ts';

const WIDTH = 420;
const HEIGHT = 160;
const LEFT = 40;
const BOTTOM = 28;

/** Bars with their counts and names. */
export function bars(title: string, values: readonly { readonly name: string; readonly count: number }[]): Html {
  const most = Math.max(1, ...values.map(({ count }) => count));
  const step = (WIDTH - LEFT) / Math.max(1, values.length);
  return figure(
    title,
    values.map(({ name, count }, index) => {
      const height = ((HEIGHT - 20) * count) / most;
      const x = LEFT + index * step;
      return html`<rect x="${round(x + 2)}" y="${round(HEIGHT - height)}" width="${round(step - 4)}" height="${round(height)}"
          ><title>${name}: ${count}</title></rect
        >
        <text x="${round(x + step / 2)}" y="${round(HEIGHT - height - 4)}" text-anchor="middle">${count}</text>
        <text x="${round(x + step / 2)}" y="${HEIGHT + 14}" text-anchor="middle">${name}</text>`;
    }),
  );
}

export type Dot = { readonly name: string; readonly x: number; readonly y: number };

/** Dots that are circles with a name; the others, however many, are one path. */
const MOST_NAMED = 20;

/** Both axes from 0. */
export function dots(title: string, axes: { readonly x: string; readonly y: string }, values: readonly Dot[]): Html {
  const most = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 1e-9);
  const [mostX, mostY] = [most(values.map(({ x }) => x)), most(values.map(({ y }) => y))];
  const placed = values
    .toSorted((a, b) => b.x / mostX + b.y / mostY - a.x / mostX - a.y / mostY)
    .map((dot) => ({
      ...dot,
      left: Math.round(LEFT + ((WIDTH - LEFT - 8) * dot.x) / mostX),
      top: Math.round(HEIGHT - ((HEIGHT - 20) * dot.y) / mostY),
    }));
  return figure(title, [
    html`<line x1="${LEFT}" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}" /><line x1="${LEFT}" y1="10" x2="${LEFT}" y2="${HEIGHT}" />
      <text x="${WIDTH}" y="${HEIGHT + 14}" text-anchor="end">${axes.x}, up to ${round(mostX)}</text
      ><text x="${LEFT + 4}" y="12">${axes.y}, up to ${round(mostY)}</text>`,
    html`<path d="${[...new Set(placed.slice(MOST_NAMED).map(({ left, top }) => `M${left} ${top}h0`))].join('')}" />`,
    ...placed
      .slice(0, MOST_NAMED)
      .map(
        ({ name, x, y, left, top }) =>
          html`<circle cx="${left}" cy="${top}" r="3"><title>${name}: ${round(x)} ${axes.x}, ${round(y)} ${axes.y}</title></circle>`,
      ),
  ]);
}

const figure = (title: string, inside: readonly Html[]): Html =>
  html`<figure>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH + 8} ${HEIGHT + BOTTOM}" role="img" aria-label="${title}">${inside}</svg>
  </figure>`;

const round = (value: number): number => Number(value.toFixed(value < 10 ? 2 : 1));
