/** The value that so much of the others is below. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  return sorted[below] + (position - below) * (sorted[Math.ceil(position)] - sorted[below]);
}

export function quartiles(values: number[], digits = 1): string {
  return `(${quantile(values, 0.25).toFixed(digits)}-${quantile(values, 0.75).toFixed(digits)})`;
}

export function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'not met';
}
