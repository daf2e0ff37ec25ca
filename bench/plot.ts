/** Lines over a common pair of axes that begin at zero. */
export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 64;
const BOTTOM = 48;
const TOP = 40;
const COLOURS = ['#1f77b4', '#d62728', '#2ca02c'];

function text([x, y]: readonly [number, number], anchor: string, content: string): string {
  return `<text x="${x.toFixed(0)}" y="${y.toFixed(0)}" text-anchor="${anchor}">${content}</text>`;
}

/** Draws a plot as SVG. */
export function renderPlot({ title, x, y, series }: Plot): string {
  const all = series.flatMap(({ points }) => points);
  const [maxX, maxY] = [Math.max(1, ...all.map(([px]) => px)), Math.max(1, ...all.map(([, py]) => py))];
  const toX = (value: number): number => LEFT + (value / maxX) * (WIDTH - LEFT - 24);
  const toY = (value: number): number => HEIGHT - BOTTOM - (value / maxY) * (HEIGHT - BOTTOM - TOP);
  const lines = series.flatMap(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '#000';
    const path = points.map(([px, py]) => `${toX(px).toFixed(1)},${toY(py).toFixed(1)}`).join(' ');
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${path}"/>`,
      ...points.map(
        ([px, py]) =>
          `<circle cx="${toX(px).toFixed(1)}" cy="${toY(py).toFixed(1)}" r="3" fill="${colour}"/>`,
      ),
      `<g fill="${colour}">${text([LEFT + 12, TOP + 16 * (index + 1)], 'start', name)}</g>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text([WIDTH / 2, 20], 'middle', title),
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - 24}" fill="none" stroke="#555"/>`,
    text([LEFT - 6, toY(maxY) + 4], 'end', maxY.toFixed(0)),
    text([LEFT - 6, toY(0) + 4], 'end', '0'),
    text([toX(maxX), HEIGHT - BOTTOM + 16], 'end', maxX.toFixed(0)),
    text([WIDTH / 2, HEIGHT - 12], 'middle', x),
    text([LEFT, TOP - 8], 'start', y),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}
