/** Where a result was computed: no number depends on it. */
export interface Environment {
  readonly node: string;
  readonly platform: string;
}

export const environment = (): Environment => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
});

/** What of two environments differs, as `Node v20.19.0 → v24.1.0`; empty where nothing does. */
export function environmentChanges(then: Environment, now: Environment): readonly string[] {
  return [
    ...(then.node === now.node ? [] : [`Node ${then.node} → ${now.node}`]),
    ...(then.platform === now.platform ? [] : [`platform ${then.platform} → ${now.platform}`]),
  ];
}
