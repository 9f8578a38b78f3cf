/** Weights of three neighboring points, lower to upper. */
export type ThreePoint = readonly [number, number, number];

/** First derivative at the middle of three points at distances `down` and `up`: error (down · up / 6) u‴. */
export function centralFirst(down: number, up: number): ThreePoint {
  return [-up / (down * (down + up)), (up - down) / (down * up), down / (up * (down + up))];
}

/** Second derivative at the middle of three points: error ((up − down) / 3) u‴ + O(spacing²), second order on smoothly spaced points. */
export function centralSecond(down: number, up: number): ThreePoint {
  return [2 / (down * (down + up)), -2 / (down * up), 2 / (up * (down + up))];
}

/** First derivative at the first of three points at distances `near` and `near + far`, weights from the first on. */
export function oneSidedFirst(near: number, far: number): ThreePoint {
  const both = near + far;
  return [-(near + both) / (near * both), both / (near * far), -near / (both * far)];
}
