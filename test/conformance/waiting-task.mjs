// A task that gives nothing, ever.
export const forever = () => new Promise(() => {});
