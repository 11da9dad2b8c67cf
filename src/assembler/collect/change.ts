import type { RootFs } from "./rootfs.ts";

/** Something that a container's file system has and its image has not, or not like that. Its path has no leading slash. */
export type Touched =
  | {
      readonly kind: "file";
      readonly path: string;
      /** The same for all names (hard links) of one file. */
      readonly host: string;
      readonly size: number;
      readonly mode: number;
    }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "special"; readonly path: string };

/** What an installation did to a container, however the engine lets us see it. */
export interface ContainerChange {
  /** The pristine image. */
  readonly base: RootFs;
  /** The image with the packages in it. */
  readonly installed: RootFs;
  /** What may be part of a layer, sorted by path; what of it is equal to the image's is still among it. */
  readonly touched: readonly Touched[];
}
