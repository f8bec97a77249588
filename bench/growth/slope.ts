/**
 * How a figure changes where its size grows e-fold, as a share of the figure's mean: the slope of the least-squares
 * line over the logarithm of the size. 0.01 is one in a hundred.
 */
export function slope(points: readonly { size: number; figure: number }[]): number {
  const xs = points.map(({ size }) => Math.log(size));
  const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length;
  const [x, y] = [mean(xs), mean(points.map(({ figure }) => figure))];
  if (y === 0) return 0;
  const along = points.reduce((sum, { figure }, at) => sum + ((xs[at] ?? x) - x) * (figure - y), 0);
  const across = xs.reduce((sum, one) => sum + (one - x) ** 2, 0);
  return across === 0 ? 0 : along / across / y;
}

/** Above this a figure is said to grow. */
export const STEEPEST = 0.01;
