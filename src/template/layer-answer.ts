/** Where a layer stands: published, or left to a resource that waits for its build. */
export type LayerAnswer =
  | {
      readonly state: "ready";
      readonly arn: string;
      readonly refresh: number;
      /** Codes of the families in it; undefined: its Description does not say. */
      readonly families: readonly string[] | undefined;
    }
  | { readonly state: "deferred" };

/** Answers by layer key; before anything is looked up, none. */
export type Answers = ReadonlyMap<string, LayerAnswer>;
