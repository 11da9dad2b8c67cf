import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import type { RuntimeLayerSpec } from "../../packages/layer-spec.ts";
import { operatingSystem } from "../../packages/operating-system.ts";
import type { InstallReport, Rpm } from "../install/install-output.ts";
import type { Reason } from "./reasons.ts";

export interface SbomFacts {
  readonly spec: RuntimeLayerSpec;
  readonly report: InstallReport;
  readonly reasons: readonly Reason[];
  readonly layerName: string;
  /** Tree digest: the layer's version, as it names the content. */
  readonly tree: string;
}

/**
 * The layer's bill of materials (CycloneDX 1.6, JSON): each package with its purl, licence and files. Nothing in it changes
 * with time or place, so equal layers have equal ones.
 */
export function sbomDocument({ spec, report, reasons, layerName, tree }: SbomFacts): string {
  const bom = new Models.Bom();
  const layer = new Models.Component(Enums.ComponentType.Application, layerName, { version: tree, bomRef: "layer" });
  bom.metadata.component = layer;
  const packages = new Map<string, Models.Component>();
  for (const rpm of rpmsOf(report, reasons)) packages.set(rpm.name, packageComponent(rpm, spec));
  for (const reason of reasons) {
    if (reason.sha256 === undefined) continue;
    const file = fileComponent(reason, reason.sha256);
    const owner = packages.get(reason.package ?? "");
    (owner?.components ?? bom.components).add(file);
  }
  for (const [name, component] of packages) {
    bom.components.add(component);
    const users = (report.neededBy.get(name) ?? []).flatMap((user) => packages.get(user) ?? []);
    for (const user of users) user.dependencies.add(component.bomRef);
    if (users.length === 0 || isRequested(report, name)) layer.dependencies.add(component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 1 })}\n`;
}

const isRequested = (report: InstallReport, name: string): boolean =>
  report.added.some((rpm) => rpm.name === name && rpm.requested);

/** The packages that something in the layer is from, the image's own among them. */
function rpmsOf(report: InstallReport, reasons: readonly Reason[]): readonly Rpm[] {
  const names = new Set(reasons.flatMap((reason) => reason.package ?? []));
  const added = new Map<string, Rpm>(report.added.map((rpm) => [rpm.name, rpm]));
  return [...names].sort().flatMap((name) => added.get(name) ?? report.image.get(name) ?? []);
}

function packageComponent(rpm: Rpm, { runtime }: RuntimeLayerSpec): Models.Component {
  const [, epoch, version = rpm.evra, arch] = /^(?:(\d+):)?(.+)\.([^.]+)$/.exec(rpm.evra) ?? [];
  // Syft and Grype name Amazon Linux so.
  const distro = operatingSystem(runtime) === "al2" ? "amzn-2" : "amzn-2023";
  const qualifiers = {
    ...(arch === undefined ? {} : { arch }),
    ...(epoch === undefined ? {} : { epoch }),
    distro,
    ...(/\.rpm$/.test(rpm.source) ? { upstream: rpm.source } : {}),
  };
  const purl = new PackageURL("rpm", "amzn", rpm.name, version, qualifiers, undefined);
  const component = new Models.Component(Enums.ComponentType.Library, rpm.name, {
    version: rpm.evra.replace(/\.[^.]+$/, ""),
    bomRef: purl.toString(),
    purl: purl.toString(),
  });
  if (rpm.license !== "") component.licenses.add(new Models.NamedLicense(rpm.license));
  return component;
}

function fileComponent({ path }: Reason, sha256: string): Models.Component {
  const hashes = new Models.HashDictionary([[Enums.HashAlgorithm["SHA-256"], sha256]]);
  return new Models.Component(Enums.ComponentType.File, `/opt/${path}`, { bomRef: `file:/opt/${path}`, hashes });
}
